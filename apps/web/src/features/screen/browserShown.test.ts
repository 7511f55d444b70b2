import type { LogEvent } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { browserShown, noBrowser } from './browserShown.ts';

const log = (...all: [kind: string, data: object][]): LogEvent[] =>
  all.map(([kind, data], at) => ({ kind, data, atUs: at, seq: at + 1 })) as never;
const events = log(
  ['browser.opened', {}],
  ['page.opened', { page: 'A', url: 'about:blank', title: '' }],
  ['page.front', { page: 'A' }],
  ['page.navigated', { page: 'A', url: 'http://a/', title: 'A' }],
  ['page.opened', { page: 'B', url: 'http://b/', title: 'B' }],
  ['page.front', { page: 'B' }],
  ['page.dialog', { page: 'B', dialog: 'confirm', message: 'Sure?', given: null, state: 'opened' }],
  ['page.popup', { page: 'A', popup: { kind: 'date' } }],
  ['page.dialog', { page: 'B', dialog: 'confirm', message: 'Sure?', given: null, state: 'accepted' }],
  ['page.closed', { page: 'A', crashed: false }],
  ['browser.closed', { reason: '' }],
);

it('is what the log says at each moment', () => {
  expect(browserShown(events, 3)).toMatchObject({ tabs: [{ page: 'A', url: 'http://a/' }], front: 'A', running: true });
  expect(browserShown(events, 7)).toMatchObject({ front: 'B', dialog: { message: 'Sure?' }, popup: { page: 'A' } });
  expect(browserShown(events, 9)).toMatchObject({ tabs: [{ page: 'B' }], dialog: null, popup: null });
  expect(browserShown(events, null)).toEqual(noBrowser);
});
