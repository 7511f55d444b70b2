/**
 * Marks of one lane, oldest first, with levels of detail above them: each level's row sums up sixteen of the one below. So a
 * question about any stretch of a million marks looks at some two hundred numbers, and an end that comes late mends one path.
 */
import type { Actor } from '@sandglass/protocol';
import { Column } from './columns.ts';

const FAN = 16;
const FAN_BITS = 4;
/** An open mark: it still goes on. */
const OPEN = Number.POSITIVE_INFINITY;
const actors: readonly Actor[] = ['agent', 'person', 'system'];
const FAILED = 4;

/** Sums over a stretch of marks. */
export interface LaneSum {
  marks: number;
  /** Changed files and the like: what the marks stand for. */
  weight: number;
  failed: number;
  agent: number;
  person: number;
  /** Latest end among those that went well, and among those that failed; 0 when there are none. */
  okEndUs: number;
  failedEndUs: number;
}

export const emptySum = (): LaneSum => ({
  marks: 0,
  weight: 0,
  failed: 0,
  agent: 0,
  person: 0,
  okEndUs: 0,
  failedEndUs: 0,
});

export interface Mark {
  readonly seq: number;
  readonly startUs: number;
  /** Infinity while it goes on. */
  readonly endUs: number;
  readonly actor: Actor;
  readonly name: string;
  readonly failed: boolean;
  readonly weight: number;
}

class Level {
  readonly weight = new Column(Float64Array);
  readonly failed = new Column(Uint32Array);
  readonly agent = new Column(Uint32Array);
  readonly person = new Column(Uint32Array);
  readonly okEndUs = new Column(Float64Array);
  readonly failedEndUs = new Column(Float64Array);

  push(): void {
    for (const column of [this.weight, this.failed, this.agent, this.person, this.okEndUs, this.failedEndUs])
      column.push(0);
  }

  get length(): number {
    return this.weight.length;
  }
}

export class Lane {
  readonly startUs = new Column(Float64Array);
  readonly #endUs = new Column(Float64Array);
  readonly seq = new Column(Float64Array);
  readonly #name = new Column(Uint16Array);
  readonly #flags = new Column(Uint8Array);
  readonly #weight = new Column(Uint32Array);
  /** `levels[0]` sums up sixteen marks a row. */
  readonly #levels: Level[] = [];
  readonly #names: Names;

  constructor(names: Names) {
    this.#names = names;
  }

  get length(): number {
    return this.startUs.length;
  }

  mark(index: number): Mark {
    const flags = this.#flags.values[index]!;
    return {
      seq: this.seq.values[index]!,
      startUs: this.startUs.values[index]!,
      endUs: this.#endUs.values[index]!,
      actor: actors[flags & 3]!,
      name: this.#names.at(this.#name.values[index]!),
      failed: (flags & FAILED) !== 0,
      weight: this.#weight.values[index]!,
    };
  }

  endUs(index: number): number {
    return this.#endUs.values[index]!;
  }

  isFailed(index: number): boolean {
    return (this.#flags.values[index]! & FAILED) !== 0;
  }

  actorOf(index: number): Actor {
    return actors[this.#flags.values[index]! & 3]!;
  }

  weightOf(index: number): number {
    return this.#weight.values[index]!;
  }

  /** Marks come in the order of their beginning; `endUs` Infinity for one that goes on. @returns its index */
  append(mark: Mark): number {
    const index = this.startUs.length;
    this.startUs.push(mark.startUs);
    this.#endUs.push(mark.endUs);
    this.seq.push(mark.seq);
    this.#name.push(this.#names.put(mark.name));
    this.#flags.push(actors.indexOf(mark.actor) + (mark.failed ? FAILED : 0));
    this.#weight.push(Math.min(mark.weight, 0xffff_ffff));
    this.#raise(index, mark);
    return index;
  }

  end(index: number, endUs: number, failed: boolean): void {
    this.#endUs.values[index] = endUs;
    if (failed) this.#flags.values[index]! |= FAILED;
    let at = index;
    for (let depth = 0; depth < this.#levels.length; depth++) {
      at >>>= FAN_BITS;
      this.#recount(depth, at);
    }
  }

  /** Adds marks [from, to) to `sum`. */
  addTo(sum: LaneSum, from: number, to: number): void {
    sum.marks += Math.max(0, to - from);
    let low = from;
    let high = to;
    for (let depth = -1; low < high; depth++) {
      const inner = depth + 1 < this.#levels.length;
      while (low < high && (!inner || (low & (FAN - 1)) !== 0)) this.#add(sum, depth, low++);
      while (low < high && (high & (FAN - 1)) !== 0) this.#add(sum, depth, --high);
      low >>>= FAN_BITS;
      high >>>= FAN_BITS;
    }
  }

  /** Bytes held by the columns. */
  get sizeBytes(): number {
    let bytes = 0;
    for (const { values } of [this.startUs, this.#endUs, this.seq, this.#name, this.#flags, this.#weight])
      bytes += values.byteLength;
    for (const level of this.#levels)
      for (const { values } of [
        level.weight,
        level.okEndUs,
        level.failedEndUs,
        level.failed,
        level.agent,
        level.person,
      ])
        bytes += values.byteLength;
    return bytes;
  }

  #add(sum: LaneSum, depth: number, index: number): void {
    if (depth < 0) {
      const flags = this.#flags.values[index]!;
      const endUs = this.#endUs.values[index]!;
      sum.weight += this.#weight.values[index]!;
      if ((flags & 3) === 0) sum.agent++;
      else if ((flags & 3) === 1) sum.person++;
      if ((flags & FAILED) === 0) {
        if (endUs > sum.okEndUs) sum.okEndUs = endUs;
      } else {
        sum.failed++;
        if (endUs > sum.failedEndUs) sum.failedEndUs = endUs;
      }
      return;
    }
    const level = this.#levels[depth]!;
    sum.weight += level.weight.values[index]!;
    sum.failed += level.failed.values[index]!;
    sum.agent += level.agent.values[index]!;
    sum.person += level.person.values[index]!;
    if (level.okEndUs.values[index]! > sum.okEndUs) sum.okEndUs = level.okEndUs.values[index]!;
    if (level.failedEndUs.values[index]! > sum.failedEndUs) sum.failedEndUs = level.failedEndUs.values[index]!;
  }

  /** A new last mark: adds it to its row of each level, and a level when the top one has more than sixteen rows. */
  #raise(index: number, mark: Mark): void {
    let at = index >>> FAN_BITS;
    for (let depth = 0; depth < this.#levels.length || index >= FAN ** (depth + 1); depth++, at >>>= FAN_BITS) {
      const level = this.#levels[depth] ?? this.#addLevel(depth);
      if (level.length <= at) level.push();
      level.weight.values[at]! += this.#weight.values[index]!;
      if (mark.actor === 'agent') level.agent.values[at]!++;
      if (mark.actor === 'person') level.person.values[at]!++;
      if (mark.failed) level.failed.values[at]!++;
      const ends = mark.failed ? level.failedEndUs : level.okEndUs;
      ends.values[at] = Math.max(ends.values[at]!, mark.endUs);
    }
  }

  /** A level over what is already there, the newest mark not yet counted: `#raise` adds that. */
  #addLevel(depth: number): Level {
    const level = new Level();
    this.#levels.push(level);
    const below = depth === 0 ? this.length - 1 : this.#levels[depth - 1]!.length - 1;
    for (let row = 0; row * FAN < below; row++) {
      level.push();
      this.#recount(depth, row, below);
    }
    return level;
  }

  #recount(depth: number, row: number, below = depth === 0 ? this.length : this.#levels[depth - 1]!.length): void {
    const sum = emptySum();
    for (let child = row * FAN; child < Math.min(below, (row + 1) * FAN); child++) this.#add(sum, depth - 1, child);
    const level = this.#levels[depth]!;
    level.weight.values[row] = sum.weight;
    level.failed.values[row] = sum.failed;
    level.agent.values[row] = sum.agent;
    level.person.values[row] = sum.person;
    level.okEndUs.values[row] = sum.okEndUs;
    level.failedEndUs.values[row] = sum.failedEndUs;
  }
}

/** Names as numbers. Doors may name calls as they like: past the limit the rest are nameless, not lost. */
export class Names {
  readonly #numbers = new Map<string, number>([['', 0]]);
  readonly #words = [''];

  put(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.#words.length > 0xffff) return 0;
    this.#numbers.set(name, this.#words.length);
    return this.#words.push(name) - 1;
  }

  at(number: number): string {
    return this.#words[number] ?? '';
  }
}

export const isOpen = (endUs: number): boolean => endUs === OPEN;
