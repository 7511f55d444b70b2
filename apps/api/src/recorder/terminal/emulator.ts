/** xterm without a screen, as every reader of a terminal's bytes here uses it: it measures and keeps what the viewers' one does. */
import { guardTerminal, type TerminalSize } from '@sandglass/replay';
import unicode from '@xterm/addon-unicode11';
import headless from '@xterm/headless';

export type Emulator = InstanceType<typeof headless.Terminal>;

/** Its answers to queries (onData) are not to be listened to: the sandbox must hear one terminal only, a person's. */
export function openEmulator({ columns, rows }: TerminalSize, scrollbackLines: number): Emulator {
  const emulator = new headless.Terminal({
    cols: columns,
    rows,
    scrollback: scrollbackLines,
    allowProposedApi: true,
    logLevel: 'off',
  });
  // A character must be as wide here as it is where the drawing is read.
  emulator.loadAddon(new unicode.Unicode11Addon());
  emulator.unicode.activeVersion = '11';
  guardTerminal(emulator);
  // Links are not drawn again, and one that is never closed costs the square of its lines.
  emulator.parser.registerOscHandler(8, () => true);
  return emulator;
}
