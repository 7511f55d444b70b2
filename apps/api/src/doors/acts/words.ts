/** Output and text as models read them. */
import { AppError, type Exec } from '@sandglass/protocol';

const MAX_SHOWN_CHARACTERS = 30_000;

/** What a command said, as models read it: the output, then what went to stderr, then how it ended where that matters. */
export function outputOf(exec: Exec): { text: string; failed: boolean } {
  const parts = [cutMiddle(exec.stdout ?? ''), cutMiddle(exec.stderr ?? '')].filter((part) => part !== '');
  if (exec.truncated) parts.push('[The output is longer than is shown here. The recording has all of it.]');
  if (exec.timedOut)
    parts.push('[It took too long and was ended. Start what runs long in the background, or give it more time.]');
  else if (exec.exit?.signal) parts.push(`[It was ended by ${exec.exit.signal}.]`);
  else if (exec.exit?.code) parts.push(`[exit ${exec.exit.code}]`);
  const text = parts.map((part) => part.replace(/\n$/, '')).join('\n');
  return { text: text === '' ? '[no output]' : text, failed: exec.timedOut || exec.exit?.signal != null };
}

export function cutMiddle(text: string, atMost = MAX_SHOWN_CHARACTERS): string {
  if (text.length <= atMost) return text;
  const half = Math.floor(atMost / 2);
  return `${text.slice(0, half)}\n[… ${text.length - 2 * half} characters left out …]\n${text.slice(-half)}`;
}

/** Lines with their numbers, as `cat -n` writes them. */
export function numbered(text: string, first = 1): string {
  return text
    .split('\n')
    .map((line, at) => `${String(at + first).padStart(6)}\t${line}`)
    .join('\n');
}

/** A range as the editor tools give it: from 1, the end included, -1 = to the last. @throws AppError badRequest */
export function rangeOf(text: string, range: readonly number[] | undefined): { text: string; first: number } {
  if (range === undefined) return { text, first: 1 };
  const lines = text.split('\n');
  const [first = 1, given = -1] = range;
  const last = given === -1 ? lines.length : given;
  if (
    range.length !== 2 ||
    !Number.isInteger(first) ||
    !Number.isInteger(last) ||
    first < 1 ||
    first > lines.length ||
    last < first
  )
    throw new AppError(
      'badRequest',
      `The file has ${lines.length} lines: give a first and a last line of 1 to ${lines.length}, or -1 for the end.`,
    );
  return { text: lines.slice(first - 1, last).join('\n'), first };
}

export function numberedRange(text: string, range: readonly number[] | undefined): string {
  // The end of the last line begins no new one.
  const part = rangeOf(text.replace(/\n$/, ''), range);
  return numbered(part.text, part.first);
}
