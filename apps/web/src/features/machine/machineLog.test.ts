import type { LogEvent } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { linesOf } from './machineLog.ts';

const event = (kind: string, data: object, seq = 1) => ({ seq, wallMs: 5, kind, data }) as unknown as LogEvent;

it('tells the life of the machine and the holes of its recording, and nothing of the work in it', () => {
  const lines = linesOf([
    event('sandbox.phase', { from: 'running', to: 'failed', asked: null, reason: 'out of memory' }),
    event('call.asked', { name: 'exec' }),
    event('file.changed', { changes: [], dropped: 0 }),
    event('file.changed', { changes: [], dropped: 30 }),
    event('recorder.gap', { track: 'screen', reason: 'X was away' }),
  ]);
  expect(lines.map(({ level, text }) => `${level} ${text}`)).toEqual([
    'error running → failed: out of memory',
    'warning 30 changes were too many to be named',
    'warning screen: X was away',
  ]);
});
