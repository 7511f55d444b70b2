import { encodeScreenMessage, recordKind, screenMessage } from '@sandglass/protocol';
import { ScreenCursor } from '@sandglass/replay';
import type { PlayheadModel } from '../../platform/playheadModel.ts';
import { HandsCursor } from './recordedHands.ts';
import type { ScreenSource } from './screenModel.ts';

/** The screen at the moment of the playhead: the bytes that a viewer got then, drawn by the same code. Nobody can touch it. */
export function recordedScreen(playhead: PlayheadModel): ScreenSource {
  return {
    watch(handlers) {
      let open = true;
      let cursor: ScreenCursor | undefined;
      let hands: HandsCursor | undefined;
      const draw = async (message: Uint8Array) => {
        if (open) handlers.onMessage(message, { seq: 0, atUs: 0 });
      };
      const show = async () => {
        const { head } = playhead.state;
        if (head.phase === 'live') return;
        const recording = await playhead.recordingAt(head.atUs);
        cursor ??= new ScreenCursor(recording, draw);
        hands ??= new HandsCursor(recording, (mark) => open && handlers.onCursor?.(mark));
        // Hands are an addition: a recording of before there were any has none.
        void hands.show(head.atUs).catch(() => {});
        if ((await cursor.show(head.atUs)) === 'nothing') await draw(nothingYet);
      };
      const showNow = () => {
        show().catch((error: Error) => {
          if (open) handlers.onEnded?.({ reason: 'error', error });
        });
      };
      handlers.onRights?.({ mayInput: false });
      const unsubscribe = playhead.subscribe(showNow);
      showNow();
      const close = () => {
        open = false;
        unsubscribe();
      };
      const cannot = () => false;
      return {
        ...{ pointer: cannot, key: cannot, clipboard: cannot, resize: cannot, mayInput: false },
        acknowledge: () => {},
        close,
        [Symbol.dispose]: close,
      };
    },
  };
}

/** Before its first picture a screen is black. */
const nothingYet = encodeScreenMessage({
  type: screenMessage.liveSet,
  ...{ seq: 0, atUs: 0, width: 1280, height: 800 },
  records: [{ x: 0, y: 0, width: 1280, height: 800, kind: recordKind.fill, flags: 1, payload: new Uint8Array(3) }],
});
