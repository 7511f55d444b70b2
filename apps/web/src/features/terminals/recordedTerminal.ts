import type { Terminal } from '@sandglass/protocol';
import { TerminalCursor, type TerminalView } from '@sandglass/replay';
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
      // One after another: a screen that is being emptied must not be written to yet.
      let queue = Promise.resolve();
      const then = (step: () => void | Promise<void> | undefined) => {
        queue = queue.then(() => (open ? step() : undefined)).catch(fail);
      };
      const fail = (error: Error) => {
        if (open) handlers.onEnded?.({ reason: 'error', error });
      };
      const view: TerminalView = {
        reset: ({ columns, rows }) => then(() => handlers.onReset?.(new Uint8Array(), { columns, rows })),
        resize: (size) => then(() => handlers.onResize?.(size)),
        write: (data) =>
          then(() => handlers.onOutput?.(typeof data === 'string' ? new TextEncoder().encode(data) : data)),
      };
      const show = async () => {
        const { head } = playhead.state;
        if (head.phase === 'live') return;
        const recording = await playhead.recordingAt(head.atUs);
        if (!open) return;
        cursor ??= new TerminalCursor(recording, info.id, view);
        if ((await cursor.show(head.atUs)) !== 'nothing' || !open) return;
        view.reset({ columns: info.columns, rows: info.rows });
        view.write('\x1b[2mIt was not open yet.\x1b[0m\x1b[?25l');
      };
      const showNow = () => {
        show().catch(fail);
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
