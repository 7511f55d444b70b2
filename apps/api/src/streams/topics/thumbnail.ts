import { frameKind, type Miniature, type SandboxId, type Still } from '@sandglass/protocol';
import { onSandboxEnd, type StreamContext } from '../context.ts';
import type { Follower, Link } from '../link.ts';

/** What there is to show; a newer one takes the place of what a slow viewer has not been sent yet. */
type Waiting =
  | { readonly picture: Still & { readonly jpeg: Uint8Array } }
  | { readonly miniature: Miniature | null; readonly seq: number };

/** Small pictures of a sandbox. A slow viewer skips. */
export async function followThumbnail(
  link: Link,
  { sandbox }: { sandbox: SandboxId },
  { services }: StreamContext,
): Promise<Follower> {
  services.sandboxes.get(sandbox);
  const log = services.sandboxes.log(sandbox);
  let waiting: Waiting | undefined;
  let isOpened = false;
  const flush = () => {
    if (!isOpened || waiting === undefined || !link.isOpen || !link.writable) return;
    const next = waiting;
    waiting = undefined;
    if ('picture' in next) {
      const { seq, atUs, jpeg } = next.picture;
      link.sendFrame(frameKind.thumbnail, { seq, atUs, payload: jpeg });
    } else link.send({ type: 'miniature', seq: next.seq, miniature: next.miniature });
  };
  const show = (next: Waiting) => {
    waiting = next;
    flush();
  };
  const stop = await services.thumbnails.watch(sandbox, {
    onPicture: (picture) => show({ picture }),
    onMiniature: (miniature, seq) => show({ miniature, seq }),
  });
  if (!link.isOpen) {
    stop();
    return { drained() {}, close() {} };
  }
  link.send({ type: 'opened', seq: log.lastSeq, resumed: false, mayInput: false });
  isOpened = true;
  flush();
  const stopEnd = onSandboxEnd(services, sandbox, () =>
    // What came last goes out first.
    setImmediate(() => link.isOpen && link.end('sandboxEnded', { seq: 0 })),
  );
  return {
    drained: flush,
    close: () => {
      stop();
      stopEnd();
    },
  };
}
