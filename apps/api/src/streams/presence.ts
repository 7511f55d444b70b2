import type { SandboxId, Viewer } from '@sandglass/protocol';
import type { Principal } from '../identity/identity.ts';
import { viewerIdOf } from '../identity/viewerId.ts';
import type { ParsedTopic } from './topics/follow.ts';

/** Following one of these shows the sandbox to somebody. The wall's small pictures and numbers do not. */
const looking: ReadonlySet<ParsedTopic['kind']> = new Set(['presence', 'screen', 'terminal']);

interface Present {
  readonly viewer: Omit<Viewer, 'windows' | 'you'>;
  /** Channels it looks through, by the connection that holds them. */
  readonly channels: Map<object, number>;
}

/** Who looks at which sandbox: exactly who has a channel open on it. A browser that vanishes goes with its socket. */
export class Presence {
  readonly #sandboxes = new Map<SandboxId, Map<string, Present>>();
  readonly #listeners = new Map<SandboxId, Set<() => void>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param principal of the connection: the same object for each of its channels. @returns what ends it */
  see(topic: ParsedTopic, principal: Principal): () => void {
    if (!looking.has(topic.kind) || !('sandbox' in topic)) return () => {};
    const { sandbox } = topic;
    const id = viewerIdOf(principal);
    const all = this.#sandboxes.get(sandbox) ?? new Map<string, Present>();
    this.#sandboxes.set(sandbox, all);
    const present = all.get(id) ?? { viewer: this.#viewer(id, principal), channels: new Map() };
    all.set(id, present);
    const channels = present.channels.get(principal) ?? 0;
    present.channels.set(principal, channels + 1);
    if (channels === 0) this.#tell(sandbox);
    return () => this.#leave(sandbox, id, principal);
  }

  /** Who looks, those first who came first; `you` is the asking principal's own. */
  viewers(sandbox: SandboxId, asking: Principal): Viewer[] {
    const you = viewerIdOf(asking);
    return [...(this.#sandboxes.get(sandbox)?.values() ?? [])].map(({ viewer, channels }) => ({
      ...viewer,
      windows: channels.size,
      you: viewer.id === you,
    }));
  }

  onChange(sandbox: SandboxId, listener: () => void): () => void {
    const all = this.#listeners.get(sandbox) ?? new Set();
    this.#listeners.set(sandbox, all);
    all.add(listener);
    return () => {
      all.delete(listener);
      if (all.size === 0) this.#listeners.delete(sandbox);
    };
  }

  #leave(sandbox: SandboxId, id: string, principal: Principal): void {
    const all = this.#sandboxes.get(sandbox);
    const present = all?.get(id);
    const channels = present?.channels.get(principal);
    if (all === undefined || present === undefined || channels === undefined) return;
    if (channels > 1) {
      present.channels.set(principal, channels - 1);
      return;
    }
    present.channels.delete(principal);
    if (present.channels.size === 0) all.delete(id);
    if (all.size === 0) this.#sandboxes.delete(sandbox);
    this.#tell(sandbox);
  }

  #viewer(id: string, { token, session }: Principal): Present['viewer'] {
    return {
      id,
      name: token.name,
      role: token.role,
      kind: session === null ? 'program' : 'person',
      sinceMs: this.#now(),
    };
  }

  #tell(sandbox: SandboxId): void {
    for (const listener of [...(this.#listeners.get(sandbox) ?? [])]) listener();
  }
}
