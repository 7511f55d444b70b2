import type { LogEvent } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { gapsOf, whyNothingAt } from './gaps.ts';

const event = (kind: string, atUs: number, data: object) => ({ kind, atUs, data }) as unknown as LogEvent;

it('gaps are read from what stopped and what went on; an end alone says when it began', () => {
  const gaps = gapsOf([
    event('recorder.stopped', 10, { reason: 'private', untilMs: 1 }),
    event('recorder.resumed', 20, { reason: 'private', sinceUs: 10, why: '' }),
    event('recorder.resumed', 40, { reason: 'noSpace', sinceUs: 30, why: '' }),
    event('recorder.stopped', 50, { reason: 'private', untilMs: 1 }),
  ]);
  expect(gaps).toEqual([
    { reason: 'private', fromUs: 10, toUs: 20 },
    { reason: 'noSpace', fromUs: 30, toUs: 40 },
    { reason: 'private', fromUs: 50, toUs: null },
  ]);
  const at = (us: number) => whyNothingAt({ gaps, beginsUs: 5 }, us);
  expect([4, 5, 10, 15, 20, 35, 45, 60].map(at)).toEqual([
    'notKept',
    undefined,
    undefined,
    'private',
    undefined,
    'noSpace',
    undefined,
    'private',
  ]);
  expect(whyNothingAt({}, 1)).toBeUndefined();
});
