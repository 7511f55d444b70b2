import type { Terminal } from '@sandglass/protocol';
import { TerminalCursor } from '@sandglass/replay';
import type { PlayheadModel } from '../../platform/playheadModel.ts';
import type { TerminalSource } from './terminalModel.ts';

/** A terminal at the moment of the playhead, with its scrollback as it was. Nobody can type into it. */
export function recordedTerminal(playhead: PlayheadModel, info: Terminal): TerminalSource {
  let detach = () => {};
  return {
    // That it has ended since is not known yet at the moment that is shown.
    info: { ...info, exit: null },
    attach(handlers) {
      let open = true;
      let cursor: TerminalCursor | undefined;
      const write = (data: string | Uint8Array) =>
        void handlers.onOutput?.(typeof data === 'string' ? new TextEncoder().encode(data) : data);
      const view = {
        reset: (size: { columns: number; rows: number }) => void handlers.onReset?.(new Uint8Array(), size),
        resize: (size: { columns: number; rows: number }) => handlers.onResize?.(size),
        write,
      };
      const show = async () => {
        const { head } = playhead.state;
        if (head.phase === 'live') return;
        const recording = await playhead.recordingAt(head.atUs);
        if (!open) return;
        cursor ??= new TerminalCursor(recording, info.id, view);
        if ((await cursor.show(head.atUs)) !== 'nothing' || !open) return;
        view.reset({ columns: info.columns, rows: info.rows });
        write('\x1b[2mIt was not open yet.\x1b[0m\x1b[?25l');
      };
      const showNow = () => {
        show().catch((error: Error) => {
          if (open) handlers.onEnded?.({ reason: 'error', error });
        });
      };
      handlers.onRights?.({ mayInput: false, sizing: false, sizedBy: null });
      const unsubscribe = playhead.subscribe(showNow);
      showNow();
      detach = () => {
        open = false;
        unsubscribe();
      };
    },
    detach: () => detach(),
    type: () => false,
    resize: async () => {},
  };
}
