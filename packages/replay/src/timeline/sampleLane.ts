/** What each pixel column of a lane shows: sums over its stretch of time, whatever the number of marks. */
import { lowerBound } from './columns.ts';
import { emptySum, type Lane, type LaneSum } from './lane.ts';

export interface LaneSample {
  columns: number;
  /** Marks that begin in the column. */
  readonly marks: Float64Array;
  readonly weight: Float64Array;
  readonly failed: Float64Array;
  readonly agent: Float64Array;
  readonly person: Float64Array;
  /** 0 nothing, 1 something goes on in it, 2 something that failed. */
  readonly covered: Uint8Array;
  /** Marks in all columns together. */
  total: number;
  maxWeight: number;
  /** Indices of the marks that begin in view: [first, last). */
  first: number;
  last: number;
}

/** Room for `columns` at most; used again for each frame. */
export const createSample = (columns: number): LaneSample => ({
  columns: 0,
  marks: new Float64Array(columns),
  weight: new Float64Array(columns),
  failed: new Float64Array(columns),
  agent: new Float64Array(columns),
  person: new Float64Array(columns),
  covered: new Uint8Array(columns),
  total: 0,
  maxWeight: 0,
  first: 0,
  last: 0,
});

export interface SampleView {
  readonly fromUs: number;
  readonly toUs: number;
  /** What goes on reaches to here. */
  readonly nowUs: number;
  readonly columns: number;
}

const sum: LaneSum = emptySum();
function reset(): void {
  sum.marks = sum.weight = sum.failed = sum.agent = sum.person = sum.okEndUs = sum.failedEndUs = 0;
}

export function sampleLane(lane: Lane, view: SampleView, out: LaneSample): void {
  const { fromUs, toUs, nowUs, columns } = view;
  const stepUs = (toUs - fromUs) / columns;
  let at = lowerBound(lane.startUs, fromUs);
  out.columns = columns;
  out.first = at;
  out.total = 0;
  out.maxWeight = 0;
  reset();
  // What began before the view may reach into it.
  lane.addTo(sum, 0, at);
  let okEndUs = sum.okEndUs;
  let failedEndUs = sum.failedEndUs;
  for (let column = 0; column < columns; column++) {
    const startUs = fromUs + column * stepUs;
    const next = lowerBound(lane.startUs, column + 1 === columns ? toUs : fromUs + (column + 1) * stepUs, at);
    if (next > at) {
      reset();
      lane.addTo(sum, at, next);
      okEndUs = Math.max(okEndUs, sum.okEndUs);
      failedEndUs = Math.max(failedEndUs, sum.failedEndUs);
      out.marks[column] = sum.marks;
      out.weight[column] = sum.weight;
      out.failed[column] = sum.failed;
      out.agent[column] = sum.agent;
      out.person[column] = sum.person;
      out.covered[column] = sum.failed > 0 ? 2 : 1;
      out.total += sum.marks;
      out.maxWeight = Math.max(out.maxWeight, sum.weight);
      at = next;
    } else {
      out.marks[column] = 0;
      out.weight[column] = 0;
      out.failed[column] = 0;
      out.agent[column] = 0;
      out.person[column] = 0;
      out.covered[column] = 0;
    }
    if (startUs < nowUs) {
      if (failedEndUs > startUs) out.covered[column] = 2;
      else if (okEndUs > startUs && out.covered[column] === 0) out.covered[column] = 1;
    }
  }
  out.last = at;
}
