/** A log that never was: for the benchmark, stories of views and pictures. The same for the same numbers. */
import type { TimelinePage } from '@sandglass/protocol';
import { encodeTimelineRows, type TimelineRow } from '@sandglass/replay';

/** A small generator with a seed; good enough for pictures. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const row = { name: '', key: '', durationUs: 0, failed: false, count: 1 } as const;
const names = ['exec', 'write', 'click', 'screenshot', 'navigate', 'type', 'read'];

/** An agent at work over `spanUs`, in bursts; people now and then; what follows from both. */
export function* syntheticRows(events: number, spanUs: number, seed = 7): Generator<TimelineRow> {
  const random = createRandom(seed);
  const stepUs = spanUs / events;
  const open: { key: string; actor: 'agent' | 'person'; untilUs: number }[] = [];
  let checkpoints = 0;
  let frozenUntilUs = 0;
  let atUs = 0;
  for (let seq = 1; seq <= events; seq++) {
    const burst = 0.5 + 0.5 * Math.sin((seq / events) * 60) * Math.sin((seq / events) * 7);
    atUs += Math.round(stepUs * 2 * random() * (1.5 - burst));
    const due = open.findIndex((call) => call.untilUs <= atUs);
    if (frozenUntilUs > 0 && atUs >= frozenUntilUs) {
      frozenUntilUs = 0;
      yield { ...row, seq, atUs, actor: 'person', kind: 'phase', name: 'running' };
    } else if (due >= 0) {
      const [call] = open.splice(due, 1);
      yield { ...row, seq, atUs, actor: call!.actor, kind: 'ended', key: call!.key, failed: random() < 0.06 };
    } else if (frozenUntilUs === 0 && random() < 3 / events) {
      frozenUntilUs = atUs + spanUs * 0.03;
      yield { ...row, seq, atUs, actor: 'person', kind: 'phase', name: 'frozen' };
    } else if (random() < 6 / events)
      yield { ...row, seq, atUs, actor: 'person', kind: 'checkpoint', count: ++checkpoints };
    else yield happening({ seq, atUs, random, stepUs, open });
  }
}

interface Moment {
  readonly seq: number;
  readonly atUs: number;
  readonly random: () => number;
  readonly stepUs: number;
  readonly open: { key: string; actor: 'agent' | 'person'; untilUs: number }[];
}

function happening({ seq, atUs, random, stepUs, open }: Moment): TimelineRow {
  const dice = random();
  if (dice < 0.5 && open.length < 3) {
    const actor = random() < 0.08 ? 'person' : 'agent';
    const key = `cal_${seq}`;
    open.push({ key, actor, untilUs: atUs + stepUs * (0.4 + 6 * random() ** 3) });
    return { ...row, seq, atUs, actor, kind: 'asked', key, name: names[Math.floor(random() * names.length)]! };
  }
  if (dice < 0.8) {
    const actor = random() < 0.4 ? 'agent' : 'system';
    return { ...row, seq, atUs, actor, kind: 'files', count: 1 + Math.floor(40 * random() ** 6) };
  }
  const failed = random() < 0.05;
  return { ...row, seq, atUs, actor: 'system', kind: 'request', name: failed ? 'denied' : 'allowed', failed };
}

/** The same, as a server sends it. */
export function* syntheticPages(rows: Iterable<TimelineRow>, nowUs: number, pageRows = 5_000): Generator<TimelinePage> {
  let part: TimelineRow[] = [];
  const page = (last: boolean): TimelinePage => ({
    columns: encodeTimelineRows(part),
    next: last ? null : part.at(-1)!.seq,
    throughSeq: part.at(-1)?.seq ?? 0,
    nowUs,
  });
  for (const each of rows) {
    if (part.length === pageRows) {
      yield page(false);
      part = [];
    }
    part.push(each);
  }
  yield page(true);
}
