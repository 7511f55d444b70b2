/** Columns of numbers that grow at the end: typed arrays, so that a million marks cost what they weigh and nothing is collected. */
type Numbers = Float64Array | Uint32Array | Uint16Array | Uint8Array;

const FIRST_ROWS = 256;
/** Half as much again: the unused part stays below a third, and a million rows are copied a few times in all. */
const GROWTH = 1.5;

export class Column<T extends Numbers> {
  readonly #make: new (
    length: number,
  ) => T;
  /** At least `length` long; what is behind it means nothing. */
  values: T;
  length = 0;

  constructor(make: new (length: number) => T) {
    this.#make = make;
    this.values = new make(FIRST_ROWS);
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new this.#make(Math.ceil(this.length * GROWTH));
      grown.set(this.values as never);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }
}

/** The first index in [from, length) whose value is not below `wanted`. Gallops from `from`: near answers are found at once. */
export function lowerBound(column: Column<Float64Array>, wanted: number, from = 0): number {
  const { values, length } = column;
  let low = from;
  let step = 1;
  while (low + step < length && values[low + step]! < wanted) {
    low += step;
    step *= 2;
  }
  let high = Math.min(length, low + step + 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
