import { randomUUID } from 'node:crypto';
import { AppError, frameKind, type SandboxId, type Seq } from '@sandglass/protocol';
import { KeyStrokes } from '../../recorder/keyStrokes.ts';
import { followPointers, PointerTrack } from '../../recorder/pointerTrack.ts';
import { type ScreenHandle, type ScreenInput, seesAs } from '../../services.ts';
import { hasEnded, type StreamContext } from '../context.ts';
import { type Follower, type InputMessage, type Link, withFence } from '../link.ts';

/** A screen: the live set, then every update the viewer's link carries; the screen's service does the skipping. */
export async function followScreen(
  link: Link,
  { sandbox }: { sandbox: SandboxId },
  resumeFrom: Seq | undefined,
  { services, principal }: StreamContext,
): Promise<Follower> {
  services.sandboxes.get(sandbox);
  const log = services.sandboxes.log(sandbox);
  link.send({ type: 'opened', seq: log.lastSeq, resumed: false, mayInput: link.mayInput });
  const handle: ScreenHandle = await services.screens.watch(
    sandbox,
    {
      token: seesAs(link.caller),
      onMessage: (encoded, { seq, atUs }) => {
        if (link.isOpen) link.sendFrame(frameKind.screen, { seq, atUs, payload: encoded });
      },
      onClipboard: (text) => {
        if (link.isOpen) link.send({ type: 'clipboard', seq: log.lastSeq, text });
      },
      onEnded: () => {
        if (!link.isOpen) return;
        const over = hasEnded(services.sandboxes.get(sandbox));
        link.end(over ? 'sandboxEnded' : 'exited', { seq: log.lastSeq });
      },
    },
    resumeFrom,
  );
  let input: Promise<ScreenInput> | null = null;
  const by = randomUUID();
  const pointer = new PointerTrack({ log, hand: { actor: link.caller.actor, by, name: principal.token.name } });
  const strokes = new KeyStrokes();
  const pressed = new Set<number>();
  const stopPointers = followPointers(log, by, (mark, { seq, own }) => {
    // A cursor that comes late is of no use to anybody.
    if (link.isOpen && link.writable) link.send({ type: 'cursor', seq, ...mark, ...(own ? { own } : {}) });
  });
  // Who loses control lets go of what it holds.
  const stopControl = services.gate.onControl(sandbox, link.caller, () => {
    strokes.release();
    pressed.clear();
    input?.then(
      (screen) => screen.release(),
      () => {},
    );
  });
  return {
    input: (message) => {
      // Made at the first use: those who only look hold no input.
      input ??= services.screens.input(link.caller, sandbox);
      link.track(
        input.then(
          (screen) => {
            // What this hand holds down it may always let go; a key of somebody else's it may not.
            const lets = message.type === 'key' && !message.down && pressed.delete(message.keysym);
            // What is typed at a frozen sandbox would all come at once when it thaws.
            if (services.sandboxes.get(sandbox).phase === 'frozen' && !lets)
              throw new AppError('wrongState', 'The sandbox is frozen. Thaw it to use its mouse and keyboard.');
            if (!lets) services.gate.touch(withFence(link.caller, message), sandbox);
            if (message.type === 'key' && message.down) pressed.add(message.keysym);
            apply(screen, message);
            if (message.type === 'pointer') pointer.move(message.x, message.y, message.buttons);
            const struck = message.type === 'key' ? strokes.take(message.keysym, message.down) : undefined;
            if (struck !== undefined) pointer.key(struck);
          },
          (error: unknown) => {
            input = null;
            throw error;
          },
        ),
        message.type === 'clipboard' ? message.text.length : 16,
      );
    },
    ack: (message) => message.seq !== undefined && handle.ack(message.seq),
    drained() {},
    close: () => {
      handle.close();
      stopPointers();
      stopControl();
      pointer.close();
      // A key that is held when its holder leaves would repeat for ever.
      input?.then(
        (screen) => screen.release(),
        () => {},
      );
    },
  };
}

function apply(screen: ScreenInput, message: InputMessage): void {
  if (message.type === 'pointer') screen.pointer(message.x, message.y, message.buttons);
  else if (message.type === 'key') screen.key(message.keysym, message.down);
  else if (message.type === 'clipboard') screen.clipboard(message.text);
  else if (message.type === 'screenResize') screen.resize(message.width, message.height);
  else
    throw new AppError('badRequest', `A screen takes pointer, key, clipboard and screenResize, not ${message.type}.`);
}
