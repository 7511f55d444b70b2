/** Keeps what is recorded about a call within bounds: agents send megabytes, the log wants the gist. */
export const MAX_RECORDED_BYTES = 8192;

/** A copy whose JSON has at most `maxBytes`: long texts and lists are cut, and say by how much. */
export function bounded(value: Record<string, unknown>, maxBytes = MAX_RECORDED_BYTES): Record<string, unknown> {
  for (const longest of [maxBytes, 2048, 512, 128, 32]) {
    const copy = cut(value, longest) as Record<string, unknown>;
    if (Buffer.byteLength(JSON.stringify(copy)) <= maxBytes) return copy;
  }
  return { cut: 'too large to be recorded' };
}

function cut(value: unknown, longest: number): unknown {
  if (typeof value === 'string')
    return value.length <= longest ? value : `${value.slice(0, longest)}… (${value.length - longest} more characters)`;
  if (Array.isArray(value)) {
    const items = value.slice(0, longest).map((item) => cut(item, longest));
    return value.length > longest ? [...items, `… (${value.length - longest} more)`] : items;
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const kept = entries.slice(0, longest).map(([key, item]) => [key.slice(0, longest), cut(item, longest)]);
  return Object.fromEntries(entries.length > longest ? [...kept, ['…', `${entries.length - longest} more`]] : kept);
}

/** One line without control characters, for a list of activity. */
export function oneLine(text: string, max = 160): string {
  const plain = text
    .slice(0, max * 4)
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/gu, ' ')
    .trim();
  return plain.length <= max ? plain : `${plain.slice(0, max - 1)}…`;
}
