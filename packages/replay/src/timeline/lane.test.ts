import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emptySum, Lane, type LaneSum, Names } from './lane.ts';

interface Plain {
  startUs: number;
  endUs: number;
  actor: 'agent' | 'person' | 'system';
  failed: boolean;
  weight: number;
}

const marks = fc
  .array(
    fc.record({
      afterUs: fc.nat(50),
      lengthUs: fc.option(fc.nat(5_000)),
      actor: fc.constantFrom<Plain['actor']>('agent', 'person', 'system'),
      failed: fc.boolean(),
      weight: fc.integer({ min: 1, max: 1_000 }),
    }),
    { maxLength: 900 },
  )
  .map((all) => {
    let startUs = 0;
    return all.map(({ afterUs, lengthUs, ...rest }): Plain => {
      startUs += afterUs;
      return { ...rest, startUs, endUs: lengthUs === null ? Number.POSITIVE_INFINITY : startUs + lengthUs };
    });
  });

function laneOf(plain: readonly Plain[]): Lane {
  const lane = new Lane(new Names());
  for (const [index, mark] of plain.entries()) lane.append({ ...mark, seq: index + 1, name: '' });
  return lane;
}

function plainSum(plain: readonly Plain[]): LaneSum {
  const latest = (failed: boolean) =>
    Math.max(0, ...plain.filter((mark) => mark.failed === failed).map((mark) => mark.endUs));
  return {
    marks: plain.length,
    weight: plain.reduce((sum, mark) => sum + mark.weight, 0),
    failed: plain.filter((mark) => mark.failed).length,
    agent: plain.filter((mark) => mark.actor === 'agent').length,
    person: plain.filter((mark) => mark.actor === 'person').length,
    okEndUs: latest(false),
    failedEndUs: latest(true),
  };
}

it('sums up any stretch as counting its marks one by one does', () => {
  fc.assert(
    fc.property(marks, fc.nat(), fc.nat(), (plain, one, other) => {
      const lane = laneOf(plain);
      const [from, to] = [one % (plain.length + 1), other % (plain.length + 1)].sort((a, b) => a - b) as [
        number,
        number,
      ];
      const sum = emptySum();
      lane.addTo(sum, from, to);
      expect(sum).toEqual(plainSum(plain.slice(from, to)));
    }),
  );
});

it('sums up the same after marks ended late, in any order', () => {
  fc.assert(
    fc.property(marks, fc.array(fc.tuple(fc.nat(), fc.nat(9_000), fc.boolean()), { maxLength: 60 }), (plain, ends) => {
      const lane = laneOf(plain);
      const after = plain.map((mark) => ({ ...mark }));
      for (const [pick, lengthUs, failed] of plain.length === 0 ? [] : ends) {
        const mark = after[pick % plain.length]!;
        mark.endUs = mark.startUs + lengthUs;
        mark.failed ||= failed;
        lane.end(pick % plain.length, mark.endUs, failed);
      }
      const sum = emptySum();
      lane.addTo(sum, 0, plain.length);
      expect(sum).toEqual(plainSum(after));
      if (after.length > 0) expect(lane.mark(after.length - 1)).toMatchObject(after.at(-1)!);
    }),
  );
});

it('keeps names apart, and goes on when there are more than it can number', () => {
  const names = new Names();
  expect(names.at(names.put('exec'))).toBe('exec');
  expect(names.put('exec')).toBe(names.put('exec'));
  for (let index = 0; index < 70_000; index++) names.put(`name ${index}`);
  expect(names.at(names.put('one too many'))).toBe('');
  expect(names.at(names.put('exec'))).toBe('exec');
});
