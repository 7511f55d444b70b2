/** Which mark is meant: under a pointer, or next to another. Pure. */
import { emptySum, isOpen, type LaneName, type LaneSum, laneNames, type TimelineStore } from '@sandglass/replay';

export interface MarkRef {
  readonly lane: LaneName;
  readonly index: number;
}

export type Picked =
  | { readonly kind: 'one'; readonly ref: MarkRef }
  | {
      readonly kind: 'many';
      readonly lane: LaneName;
      readonly sum: LaneSum;
      readonly fromUs: number;
      readonly toUs: number;
    };

/** So many marks under one pointer cannot be told apart by it. */
const MANY = 4;
/** Longest look back for something long that still goes on. */
const LOOK_BACK = 2_000;

export interface Spot {
  readonly lane: LaneName;
  readonly atUs: number;
  /** How far off still counts as on it. */
  readonly nearUs: number;
  readonly nowUs: number;
}

export function pickAt(store: TimelineStore, { lane, atUs, nearUs, nowUs }: Spot): Picked | null {
  const marks = store.lanes[lane];
  const from = firstFrom(marks.startUs.values, marks.length, atUs - nearUs);
  const to = firstFrom(marks.startUs.values, marks.length, atUs + nearUs);
  if (to - from > MANY) {
    const sum = emptySum();
    marks.addTo(sum, from, to);
    return { kind: 'many', lane, sum, fromUs: atUs - nearUs, toUs: atUs + nearUs };
  }
  let best: number | null = null;
  let bestUs = Number.POSITIVE_INFINITY;
  for (let index = to - 1; index >= Math.max(0, from - LOOK_BACK); index--) {
    const startUs = marks.startUs.values[index]!;
    const endUs = Math.min(marks.endUs(index), nowUs);
    const offUs = atUs < startUs ? startUs - atUs : Math.max(0, atUs - endUs);
    // Of several that lie over each other the shortest is hardest to meet.
    const rank = offUs * 1e6 + Math.min(endUs - startUs, 1e15) / 1e3;
    if (offUs <= nearUs && rank < bestUs) {
      best = index;
      bestUs = rank;
    }
  }
  return best === null ? null : { kind: 'one', ref: { lane, index: best } };
}

const isCallLane = (lane: LaneName): boolean => lane === 'agent' || lane === 'people';

/** The next or previous call, of agents and people alike; in another lane, that lane's next. Null at the ends. */
export function stepFrom(
  store: TimelineStore,
  { ref, atUs, direction }: { ref: MarkRef | null; atUs: number; direction: 1 | -1 },
): MarkRef | null {
  const lanes = ref === null || isCallLane(ref.lane) ? (['agent', 'people'] as const) : [ref.lane];
  const here = ref === null ? null : store.lanes[ref.lane].seq.values[ref.index]!;
  let best: MarkRef | null = null;
  let bestSeq = direction * Number.POSITIVE_INFINITY;
  for (const lane of lanes) {
    const marks = store.lanes[lane];
    const next =
      here === null
        ? firstFrom(marks.startUs.values, marks.length, atUs)
        : firstFrom(marks.seq.values, marks.length, direction === 1 ? here + 1 : here);
    const index = direction === 1 ? next : next - 1;
    if (index < 0 || index >= marks.length) continue;
    const seq = marks.seq.values[index]!;
    if (direction * seq < direction * bestSeq) {
      best = { lane, index };
      bestSeq = seq;
    }
  }
  return best;
}

/** The mark of the next lane (by `direction`) that has any, nearest in time. */
export function changeLane(
  store: TimelineStore,
  { lane, atUs, direction }: { lane: LaneName; atUs: number; direction: 1 | -1 },
): MarkRef | null {
  for (let at = laneNames.indexOf(lane) + direction; at >= 0 && at < laneNames.length; at += direction) {
    const marks = store.lanes[laneNames[at]!];
    if (marks.length === 0) continue;
    const next = firstFrom(marks.startUs.values, marks.length, atUs);
    const before = next - 1;
    const nearer =
      next === marks.length ||
      (before >= 0 && atUs - marks.startUs.values[before]! < marks.startUs.values[next]! - atUs);
    return { lane: laneNames[at]!, index: nearer ? before : next };
  }
  return null;
}

/** Counts by lane of what began in a range. */
export function countRange(store: TimelineStore, fromUs: number, toUs: number): Record<LaneName, LaneSum> {
  const counts = {} as Record<LaneName, LaneSum>;
  for (const name of laneNames) {
    const marks = store.lanes[name];
    counts[name] = emptySum();
    const from = firstFrom(marks.startUs.values, marks.length, fromUs);
    marks.addTo(counts[name], from, firstFrom(marks.startUs.values, marks.length, toUs));
  }
  return counts;
}

/** How long it took, or has taken so far. */
export function durationOf({ startUs, endUs }: { startUs: number; endUs: number }, nowUs: number): number {
  return Math.max(0, (isOpen(endUs) ? nowUs : endUs) - startUs);
}

function firstFrom(values: Float64Array, length: number, wanted: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
