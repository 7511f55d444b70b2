/** A terminal as text: what its drawing shows, without escapes. */
import { openEmulator } from '../../recorder/terminal/emulator.ts';
import type { TerminalSnapshot } from '../../services.ts';

export interface TerminalText {
  /** What scrolled off and what the screen shows, the last lines of it. */
  readonly text: string;
  readonly cursor: { readonly column: number; readonly row: number };
}

export async function readTerminal(snapshot: TerminalSnapshot, lastLines: number): Promise<TerminalText> {
  const terminal = openEmulator(snapshot, lastLines);
  try {
    await new Promise<void>((resolve) => terminal.write(snapshot.drawing, resolve));
    const buffer = terminal.buffer.active;
    const lines: string[] = [];
    for (let row = 0; row < buffer.length; row++) {
      const line = buffer.getLine(row);
      const words = line?.translateToString(true) ?? '';
      // A long line that the terminal broke is one line.
      if (line?.isWrapped && lines.length > 0) lines.push(`${lines.pop()}${words}`);
      else lines.push(words);
    }
    while (lines.length > 0 && lines.at(-1) === '') lines.pop();
    return {
      text: lines.slice(-lastLines).join('\n'),
      cursor: { column: buffer.cursorX + 1, row: buffer.cursorY + 1 },
    };
  } finally {
    terminal.dispose();
  }
}
