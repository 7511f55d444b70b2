/** What a person should know before a paste reaches a shell: a line break runs a command, a control character presses a key. */

export interface PasteReport {
  readonly text: string;
  readonly lines: number;
  readonly characters: number;
  /** Names of the control characters in it, each once: `ESC`, `^C`. */
  readonly controls: readonly string[];
}

/** A program with bracketed paste gets it as one piece and runs nothing by itself; some lines of code are usual there. */
const LINES_WHEN_BRACKETED = 8;

// Tab and line breaks are part of text; the rest, C1 and the bidi controls are not.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu;

/** Null when nothing needs to be asked. */
export function inspectPaste(text: string, bracketed: boolean): PasteReport | null {
  const lines = text.split(/\r\n|\r|\n/).length;
  const controls = [...new Set([...text.matchAll(CONTROL)].map(([character]) => nameOf(character)))];
  if (controls.length === 0 && (bracketed ? lines <= LINES_WHEN_BRACKETED : lines === 1)) return null;
  return { text, lines, characters: [...text].length, controls };
}

/** The text without what would press keys. */
export const withoutControls = (text: string): string => text.replace(CONTROL, '');

/** All of it on one line: nothing runs before the person presses Enter. */
export const asOneLine = (text: string): string => text.replace(/(\r\n|\r|\n)+/g, ' ').trim();

/** The text with its control characters made visible. */
export const shownPaste = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(CONTROL, (character) => `⟨${nameOf(character)}⟩`);

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x1b) return 'ESC';
  if (code === 0x7f) return 'DEL';
  if (code < 0x20) return `^${String.fromCharCode(code + 0x40)}`;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
