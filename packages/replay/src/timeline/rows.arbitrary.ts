/** Random but possible logs, for property tests. */
import type { Actor, TimelineKind } from '@sandglass/protocol';
import fc from 'fast-check';
import type { TimelineRow } from './rows.ts';

const steps = fc.record({
  afterUs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1_000, max: 3_000_000 })),
  frames: fc.integer({ min: 0, max: 3 }),
  actor: fc.constantFrom<Actor>('agent', 'person', 'system'),
  what: fc.constantFrom<TimelineKind | 'freeze' | 'thaw'>(
    'asked',
    'asked',
    'ended',
    'ended',
    'files',
    'request',
    'opened',
    'exited',
    'checkpoint',
    'gap',
    'freeze',
    'thaw',
  ),
  failed: fc.boolean(),
  count: fc.integer({ min: 1, max: 9 }),
  pick: fc.nat(),
});

/** Rows in the order of a log: seq and time only ever grow, and only what was begun ends. */
export const timelineRows = (maxLength: number): fc.Arbitrary<TimelineRow[]> =>
  fc.array(steps, { maxLength }).map((all) => {
    const open = { asked: [] as string[], opened: [] as string[] };
    let seq = 0;
    let atUs = 0;
    const rows: TimelineRow[] = [];
    for (const step of all) {
      seq += 1 + step.frames;
      atUs += step.afterUs;
      const row = { seq, atUs, actor: step.actor, name: '', key: '', durationUs: 0, failed: false, count: step.count };
      if (step.what === 'asked' || step.what === 'opened') {
        open[step.what].push(`${step.what}${seq}`);
        rows.push({ ...row, kind: step.what, key: `${step.what}${seq}`, name: step.what });
      } else if (step.what === 'ended' || step.what === 'exited') {
        const keys = open[step.what === 'ended' ? 'asked' : 'opened'];
        if (keys.length === 0) continue;
        const [key] = keys.splice(step.pick % keys.length, 1);
        rows.push({ ...row, kind: step.what, key: key!, failed: step.failed, durationUs: step.afterUs });
      } else if (step.what === 'freeze' || step.what === 'thaw')
        rows.push({ ...row, kind: 'phase', name: step.what === 'freeze' ? 'frozen' : 'running' });
      else rows.push({ ...row, kind: step.what, failed: step.what === 'request' && step.failed });
    }
    return rows;
  });
