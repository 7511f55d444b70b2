/** What comes of an execution: one JSON object a line, in the vendor's words. All of it is said by the sandbox. */
import type { Readable } from 'node:stream';
import { AppError } from '@sandglass/protocol';
import { z } from 'zod';

export const Line = z.looseObject({ type: z.string() });
export type Line = z.infer<typeof Line>;

/** A picture of a large plot has some megabytes. */
const LONGEST_LINE_BYTES = 33_554_432;

/** @throws AppError `unprocessable` for what are no such lines. */
export async function* linesOf(content: Readable): AsyncIterable<Line> {
  let rest: Buffer[] = [];
  let size = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      rest.push(chunk.subarray(from, at));
      yield parseLine(Buffer.concat(rest));
      rest = [];
      size = 0;
      from = at + 1;
    }
    rest.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > LONGEST_LINE_BYTES)
      throw new AppError('tooLarge', `A result is larger than ${LONGEST_LINE_BYTES} bytes. Write it to a file.`);
  }
}

function parseLine(bytes: Buffer): Line {
  try {
    return Line.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new AppError('unprocessable', 'The kernels of this sandbox said something that is no result.', { cause });
  }
}

/** Of texts so much is kept for the record; it is cut again to what a call may say. */
const MOST_KEPT = 65_536;

/** What one execution came to: for the record, and what is still to be said when its call has ended. */
export class Outcome {
  /** Results and errors, in their order. Output is not among them: it was told as it came. */
  readonly pending: Line[] = [];
  stdout = '';
  stderr = '';
  text: string | null = null;
  error: { name: string; value: string } | null = null;
  readonly formats: string[][] = [];

  add(line: Line): 'output' | 'pending' {
    const text = String(line['text'] ?? '');
    if (line.type === 'stdout') this.stdout = keep(this.stdout, text);
    else if (line.type === 'stderr') this.stderr = keep(this.stderr, text);
    else {
      if (line.type === 'error') this.error = { name: String(line['name']), value: String(line['value']) };
      if (line.type === 'result') {
        this.formats.push(Object.keys(line).filter((key) => key !== 'type' && key !== 'is_main_result'));
        if (line['is_main_result'] === true && 'text' in line) this.text = text.slice(0, MOST_KEPT);
      }
      this.pending.push(line);
      return 'pending';
    }
    return 'output';
  }

  get summary(): string {
    if (this.error) return `${this.error.name}: ${this.error.value}`;
    const shown = this.text ?? (this.stdout.trim() || this.formats.at(-1)?.join(', '));
    return shown ? shown.trim() : 'done';
  }

  /** `code` as of a command: rules that stop at failures know it. */
  get result(): Record<string, unknown> {
    const { stdout, stderr, text, error, formats } = this;
    return {
      code: error ? 1 : 0,
      ...(stdout ? { stdout } : {}),
      ...(stderr ? { stderr } : {}),
      ...(text === null ? {} : { text }),
      ...(error ? { error } : {}),
      ...(formats.length > 0 ? { results: formats } : {}),
    };
  }
}

const keep = (before: string, text: string): string =>
  before.length >= MOST_KEPT ? before : (before + text).slice(0, MOST_KEPT);

const Answer = z.strictObject({
  text: z.string().max(1_000_000).optional(),
  stdout: z.string().max(1_000_000).optional(),
  stderr: z.string().max(1_000_000).optional(),
  error: z.strictObject({ name: z.string().max(200), value: z.string().max(10_000) }).optional(),
});

/** What a person says that the code came to. */
export const answerToCode = {
  parse: (value: unknown): Outcome => {
    const { text, stdout, stderr, error } = Answer.parse(value);
    const outcome = new Outcome();
    for (const type of ['stdout', 'stderr'] as const) {
      const said = type === 'stdout' ? stdout : stderr;
      if (!said) continue;
      outcome[type] = said;
      outcome.pending.push({ type, text: said, timestamp: new Date(0).toISOString() });
    }
    if (text !== undefined) outcome.add({ type: 'result', is_main_result: true, text });
    if (error) outcome.add({ type: 'error', ...error, traceback: `${error.name}: ${error.value}` });
    return outcome;
  },
};
