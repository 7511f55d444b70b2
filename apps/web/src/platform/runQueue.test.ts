// @vitest-environment jsdom
import { RunId, SandboxId } from '@sandglass/protocol';
import { beforeEach, expect, it } from 'vitest';
import { keepQueue, placeInQueue } from './runQueue.ts';

const place = (letter: string) => ({
  sandbox: SandboxId.parse(`sbx_${letter}aaa`),
  run: RunId.parse(`run_${letter}aaa`),
});
const [one, two, three] = ['a', 'b', 'c'].map(place) as [
  ReturnType<typeof place>,
  ReturnType<typeof place>,
  ReturnType<typeof place>,
];

beforeEach(() => sessionStorage.clear());

it('walks the runs in the order in which they were listed', () => {
  keepQueue([one, two, three]);
  expect(placeInQueue(two.run)).toEqual({ at: 1, count: 3, previous: one, next: three });
  expect(placeInQueue(one.run)).toMatchObject({ at: 0, previous: undefined, next: two });
  expect(placeInQueue(three.run)).toMatchObject({ next: undefined });
});

it('knows no neighbours of a run that was not listed, or of what is no list', () => {
  expect(placeInQueue(one.run).count).toBe(0);
  keepQueue([one]);
  expect(placeInQueue(two.run)).toEqual({ at: 0, count: 0, previous: undefined, next: undefined });
  sessionStorage.setItem('sandglass.runs.queue', '[{"sandbox":"../x"}]');
  expect(placeInQueue(one.run).count).toBe(0);
});
