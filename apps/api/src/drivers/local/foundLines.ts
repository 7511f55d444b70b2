/** What a guest says it found: lines of JSON, hostile like all that it says. */
import type { Readable } from 'node:stream';
import { AppError, FindResult } from '@sandglass/protocol';

const MOST_LINE_CHARACTERS = 65_536;

export async function* parseFound(content: Readable): AsyncGenerator<FindResult> {
  let rest = '';
  content.setEncoding('utf8');
  try {
    for await (const piece of content as AsyncIterable<string>) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MOST_LINE_CHARACTERS) throw broken();
      for (const line of lines) yield parse(line);
    }
  } finally {
    content.destroy();
  }
}

function parse(line: string): FindResult {
  try {
    const parsed = FindResult.safeParse(JSON.parse(line));
    if (parsed.success) return parsed.data;
  } catch {}
  throw broken();
}

const broken = () => new AppError('sandboxLost', 'The guest of the sandbox answered with something else than asked.');
