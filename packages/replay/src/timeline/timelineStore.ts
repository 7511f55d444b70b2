/** The log folded into lanes, flags and gaps, a row at a time; rows of the past and of the live tail alike. */
import { type Actor, StopReason } from '@sandglass/protocol';
import { firstWhere } from '../recording/firstWhere.ts';
import { Lane, Names } from './lane.ts';
import type { TimelineRow } from './rows.ts';

export const laneNames = ['agent', 'people', 'files', 'terminal', 'network'] as const;
export type LaneName = (typeof laneNames)[number];

export interface Flag {
  /** Forked: from here on it is its own; what is before is its parent's. */
  readonly kind: 'checkpoint' | 'restored' | 'forked';
  readonly number: number;
  readonly atUs: number;
  readonly seq: number;
}

/** A stretch in which nothing could happen, or of which nothing is known. */
export interface Gap {
  readonly kind: 'frozen' | 'unrecorded' | 'notKept' | StopReason;
  /** What was not recorded. */
  readonly track: string;
  readonly fromUs: number;
  /** Infinity while it lasts. */
  readonly toUs: number;
  readonly seq: number;
}

export interface TimelineEnd {
  readonly atUs: number;
  readonly failed: boolean;
}

interface OpenMark {
  readonly lane: LaneName;
  readonly index: number;
}

const FOREVER = Number.POSITIVE_INFINITY;
const thaws: ReadonlySet<string> = new Set(['running', 'restoring', 'killing', 'dead', 'failed']);
/** A call of the machine itself is nobody's: it stands with the agent's, in the machine's colour. */
const callLane: Record<Actor, LaneName> = { agent: 'agent', person: 'people', system: 'agent' };

const stoppedBy = (row: TimelineRow): Pick<Gap, 'kind' | 'track'> => ({
  kind: StopReason.catch('noSpace').parse(row.name),
  track: '',
});

export class TimelineStore {
  readonly lanes: Readonly<Record<LaneName, Lane>>;
  readonly flags: Flag[] = [];
  readonly gaps: Gap[] = [];
  readonly #screen: { readonly atUs: number; readonly title: string }[] = [];
  readonly #open = new Map<string, OpenMark>();
  #end: TimelineEnd | null = null;
  #lastSeq = 0;
  #lastUs = 0;
  #rows = 0;

  constructor() {
    const names = new Names();
    this.lanes = {
      agent: new Lane(names),
      people: new Lane(names),
      files: new Lane(names),
      terminal: new Lane(names),
      network: new Lane(names),
    };
  }

  /** The newest event that was taken in. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  get lastUs(): number {
    return this.#lastUs;
  }

  /** How many rows it was made of; changes whenever the picture may have changed. */
  get rows(): number {
    return this.#rows;
  }

  get end(): TimelineEnd | null {
    return this.#end;
  }

  get sizeBytes(): number {
    return laneNames.reduce((bytes, name) => bytes + this.lanes[name].sizeBytes, 0);
  }

  /** Title of the window that had the keyboard; empty where none is known. */
  windowAt(atUs: number): string {
    return this.#screen[firstWhere(this.#screen, (each) => each.atUs > atUs) - 1]?.title ?? '';
  }

  /** Rows in the order of the log. One that is already there is left out, so that past and tail may overlap. */
  append(row: TimelineRow): void {
    if (row.seq <= this.#lastSeq) return;
    this.#lastSeq = row.seq;
    this.#lastUs = Math.max(this.#lastUs, row.atUs);
    this.#rows++;
    switch (row.kind) {
      case 'asked':
        this.#begin(callLane[row.actor], row);
        break;
      case 'opened':
        this.#begin('terminal', row);
        break;
      case 'ended':
      case 'exited':
        this.#finish(row);
        break;
      case 'files':
        this.#mark('files', row, row.atUs);
        break;
      case 'request':
        this.#mark('network', row, row.atUs);
        break;
      case 'act':
        this.#mark(callLane[row.actor], row, row.atUs);
        break;
      case 'window':
        if (row.name !== (this.#screen.at(-1)?.title ?? '')) this.#screen.push({ atUs: row.atUs, title: row.name });
        break;
      case 'checkpoint':
      case 'restored':
      case 'forked':
        this.flags.push({ kind: row.kind, number: row.count, atUs: row.atUs, seq: row.seq });
        break;
      case 'phase':
        this.#pass(row);
        break;
      case 'gap':
        this.gaps.push({ kind: 'unrecorded', track: row.name, fromUs: row.atUs, toUs: row.atUs, seq: row.seq });
        break;
      case 'stopped':
        this.gaps.push({ ...stoppedBy(row), fromUs: row.atUs, toUs: FOREVER, seq: row.seq });
        break;
      case 'resumed':
        this.#resume(row);
        break;
    }
  }

  /** What was before is not kept any more. */
  beginAt(atUs: number): void {
    const { gaps } = this;
    if (gaps[0]?.kind === 'notKept') gaps.shift();
    if (atUs > 0) gaps.unshift({ kind: 'notKept', track: '', fromUs: 0, toUs: atUs, seq: 0 });
    this.#rows++;
  }

  /** Everything up to `seq` was looked at; events without a place on the timeline count too. */
  passTo(seq: number): void {
    this.#lastSeq = Math.max(this.#lastSeq, seq);
  }

  #begin(lane: LaneName, row: TimelineRow): void {
    this.#open.set(row.key, { lane, index: this.#mark(lane, row, FOREVER) });
  }

  #finish(row: TimelineRow): void {
    const open = this.#open.get(row.key);
    if (open === undefined) return;
    this.#open.delete(row.key);
    this.lanes[open.lane].end(open.index, row.atUs, row.failed);
  }

  #mark(lane: LaneName, row: TimelineRow, endUs: number): number {
    return this.lanes[lane].append({
      seq: row.seq,
      startUs: row.atUs,
      endUs,
      actor: row.actor,
      name: row.name,
      failed: row.failed,
      weight: row.count,
    });
  }

  /** Its beginning may not have been written: the end says when it was. */
  #resume(row: TimelineRow): void {
    const { kind } = stoppedBy(row);
    const at = this.gaps.findLastIndex((gap) => gap.kind === kind && gap.toUs === FOREVER);
    const open = this.gaps[at] ?? { kind, track: '', fromUs: row.atUs - row.durationUs, seq: row.seq };
    const closed = { ...open, toUs: row.atUs };
    if (at === -1) this.gaps.push(closed);
    else this.gaps[at] = closed;
  }

  #pass(row: TimelineRow): void {
    const at = this.gaps.findLastIndex((gap) => gap.kind === 'frozen');
    const last = this.gaps[at];
    const frozen = last !== undefined && last.toUs === FOREVER;
    if (row.name === 'frozen' && !frozen)
      this.gaps.push({ kind: 'frozen', track: '', fromUs: row.atUs, toUs: FOREVER, seq: row.seq });
    if (frozen && thaws.has(row.name)) this.gaps[at] = { ...last, toUs: row.atUs };
    if (row.name === 'dead' || row.name === 'failed') this.#close(row);
    // What failed to start may be started anew by its host.
    if (row.name === 'running') this.#end = null;
  }

  /** Nothing outlives its sandbox: what was open when it ended, ended with it. */
  #close(row: TimelineRow): void {
    this.#end = { atUs: row.atUs, failed: row.failed };
    for (const { lane, index } of this.#open.values()) this.lanes[lane].end(index, row.atUs, false);
    this.#open.clear();
  }
}
