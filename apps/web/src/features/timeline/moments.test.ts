import type { LogEvent } from '@sandglass/protocol';
import { TimelineStore, timelineRowOf } from '@sandglass/replay';
import { expect, test } from 'vitest';
import { nextLandmark, nextStart } from './moments.ts';

let seq = 0;
const event = (atUs: number, kind: string, actor: string, data: object) =>
  ({ seq: ++seq, atUs, wallMs: 0, by: null, kind, actor, data }) as unknown as LogEvent;
const call = (atUs: number, actor: string, ok: boolean): LogEvent[] => {
  const id = `cal_${'abcdefgh'[seq % 8]}${atUs}`;
  return [
    event(atUs, 'call.asked', actor, { call: id, door: 'native', name: 'exec', summary: 'exec', arguments: {} }),
    event(atUs + 1, 'call.ended', actor, {
      call: id,
      ok,
      durationMs: 1,
      summary: '',
      ...(ok ? {} : { error: { code: 'x', message: 'y' } }),
    }),
  ];
};

function store(): TimelineStore {
  const made = new TimelineStore();
  const events = [
    ...call(100, 'agent', true),
    ...call(200, 'agent', false),
    ...call(300, 'person', true),
    event(400, 'checkpoint.created', 'person', {
      checkpoint: 'chk_aaaa',
      number: 1,
      name: '#1',
      memory: false,
      stoppedMs: 1,
    }),
    event(500, 'file.changed', 'agent', { changes: [{ kind: 'modified', path: '/home/user/a' }], dropped: 0 }),
    ...call(600, 'agent', false),
  ];
  for (const each of events) {
    const row = timelineRowOf(each);
    if (row !== undefined) made.append(row);
  }
  return made;
}

test('what begins next, in any lane', () => {
  const made = store();
  expect([0, 100, 250, 450, 600].map((atUs) => nextStart(made, atUs))).toEqual([100, 200, 300, 500, undefined]);
});

test('the nearest landmark on either side', () => {
  const made = store();
  const go = (kind: Parameters<typeof nextLandmark>[1]['kind'], atUs: number, direction: 1 | -1) =>
    nextLandmark(made, { kind, atUs, direction });
  expect([go('error', 0, 1), go('error', 200, 1), go('error', 600, 1)]).toEqual([200, 600, undefined]);
  expect([go('error', 600, -1), go('error', 200, -1)]).toEqual([200, undefined]);
  expect([go('intervention', 0, 1), go('intervention', 300, 1)]).toEqual([300, undefined]);
  expect([go('checkpoint', 0, 1), go('checkpoint', 900, -1), go('checkpoint', 400, 1)]).toEqual([400, 400, undefined]);
  expect([go('file', 0, 1), go('file', 900, -1)]).toEqual([500, 500]);
});
