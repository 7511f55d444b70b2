import { REMOVED, type Redactor, secretsIn } from '../redaction/redactor.ts';

const mark = Buffer.from(REMOVED);

/** What a file holds, without its secrets; the same bytes when there are none. */
export function withoutSecrets(bytes: Buffer, redactor: Pick<Redactor, 'bytePatterns'>): Buffer {
  // A byte is a character: patterns for bytes are made so.
  const parts: Buffer[] = [];
  let at = 0;
  for (const { start, end } of secretsIn(bytes.toString('latin1'), redactor.bytePatterns)) {
    parts.push(bytes.subarray(at, start), mark);
    at = end;
  }
  return parts.length === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(at)]);
}
