import type { ChannelMessage, Sandglass } from '@sandglass/client';
import type { SandboxId, Viewer } from '@sandglass/protocol';
import { sharedModel } from './sharedModel.ts';
import { Model } from './store.ts';

/** Who looks at a sandbox now, as the server counts; empty while it is not known. */
export class PresenceModel extends Model<readonly Viewer[]> {
  constructor() {
    super([]);
  }

  follow(stream: Pick<Sandglass['stream'], 'subscribe'>, sandbox: SandboxId): () => void {
    const channel = stream.subscribe(
      { kind: 'presence', sandbox },
      {
        onMessage: (message) => this.handleMessage(message),
        // Who was there before the connection broke is not known to be there now.
        onLost: () => this.set([]),
        onEnded: () => this.set([]),
      },
    );
    return () => channel.close();
  }

  handleMessage(message: ChannelMessage): void {
    // The person at this page stands first, the others as they came.
    if (message.type === 'presence')
      this.set([...message.viewers].sort((one, other) => Number(other.you) - Number(one.you)));
  }
}

/** Following it is also what tells the others that this page looks. */
export const usePresence = sharedModel<readonly Viewer[]>(() => new PresenceModel());

/** `R2` of `Reviewer 2`, `MK` of `Maria Kern`, `J` of `judge`: at most two signs that can be seen. */
export function initialsOf(name: string): string {
  const words = name.match(/\p{L}[\p{L}\p{M}]*|\p{N}+/gu) ?? [];
  const first = [...(words[0] ?? '?')][0] ?? '?';
  const last = words.length < 2 ? '' : ([...(words.at(-1) ?? '')][0] ?? '');
  return `${first}${last}`.toUpperCase();
}

export const VIEWER_COLORS = 5;

/** Which of the viewers' colours: the same for one person on every page. */
export function colorOf(id: string): number {
  let sum = 0;
  for (const sign of id) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) >>> 0;
  return (sum % VIEWER_COLORS) + 1;
}
