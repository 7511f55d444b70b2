/** A line longer than this is one of a minified file: left out, not kept. */
const MOST_LINE_BYTES = 1_048_576;

/** The lines of a stream, as many as each piece of it completes. What has no end grows to a bound. */
export async function* splitLines(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const piece of stream) {
    const lines: Buffer[] = [];
    let from = 0;
    for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, from)) {
      if (restBytes <= MOST_LINE_BYTES) lines.push(Buffer.concat([...rest, piece.subarray(from, at)]));
      [rest, restBytes] = [[], 0];
      from = at + 1;
    }
    restBytes += piece.length - from;
    if (restBytes <= MOST_LINE_BYTES) rest.push(piece.subarray(from));
    else rest = [];
    if (lines.length > 0) yield lines;
  }
}
