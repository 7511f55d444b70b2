/** Lines of two texts, matched (Myers), as a unified diff. */
export interface DiffLine {
  readonly kind: ' ' | '-' | '+';
  readonly text: string;
}

/** Beyond so many differences the whole middle counts as replaced: nobody reads such a diff line by line. */
const MOST_DIFFERENCES = 1_000;

export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let [beforeEnd, afterEnd] = [before.length, after.length];
  while (beforeEnd > start && afterEnd > start && before[beforeEnd - 1] === after[afterEnd - 1]) {
    beforeEnd--;
    afterEnd--;
  }
  const same = (lines: readonly string[]) => lines.map((text): DiffLine => ({ kind: ' ', text }));
  return [
    ...same(before.slice(0, start)),
    ...middle(before.slice(start, beforeEnd), after.slice(start, afterEnd)),
    ...same(before.slice(beforeEnd)),
  ];
}

function middle(before: readonly string[], after: readonly string[]): DiffLine[] {
  const trace = walk(before, after);
  if (trace === null)
    return [
      ...before.map((text): DiffLine => ({ kind: '-', text })),
      ...after.map((text): DiffLine => ({ kind: '+', text })),
    ];
  const lines: DiffLine[] = [];
  let [x, y] = [before.length, after.length];
  for (let d = trace.length - 1; d >= 0; d--) {
    const ends = trace[d] as Map<number, number>;
    const k = x - y;
    const down = k === -d || (k !== d && (ends.get(k - 1) ?? -1) < (ends.get(k + 1) ?? -1));
    const from = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : (ends.get(from) ?? 0);
    const fromY = fromX - (d === 0 ? 0 : from);
    while (x > fromX && y > fromY) {
      lines.push({ kind: ' ', text: before[x - 1] as string });
      x--;
      y--;
    }
    if (d === 0) break;
    if (down) lines.push({ kind: '+', text: after[y - 1] as string });
    else lines.push({ kind: '-', text: before[x - 1] as string });
    [x, y] = [fromX, fromY];
  }
  return lines.reverse();
}

/** How far each diagonal came before each step; null when there are too many differences. */
function walk(before: readonly string[], after: readonly string[]): Map<number, number>[] | null {
  const trace: Map<number, number>[] = [];
  let ends = new Map([[1, 0]]);
  for (let d = 0; d <= Math.min(MOST_DIFFERENCES, before.length + after.length); d++) {
    trace.push(new Map(ends));
    const next = new Map(ends);
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (ends.get(k - 1) ?? -1) < (ends.get(k + 1) ?? -1));
      let x = down ? (ends.get(k + 1) ?? 0) : (ends.get(k - 1) ?? 0) + 1;
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x++;
      next.set(k, x);
      if (x >= before.length && x - k >= after.length) return trace;
    }
    ends = next;
  }
  return null;
}
