import type { LogEvent } from '@sandglass/protocol';
import { describe, expect, it } from 'vitest';
import { breakTextOf } from './breakText.ts';
import { filterRows, rowsOf } from './rows.ts';

let seq = 0;
const event = (kind: string, data: object, more: object = {}): LogEvent =>
  ({
    seq: ++seq,
    atUs: seq,
    wallMs: 1_000 * seq,
    actor: 'agent',
    by: null,
    kind,
    data,
    ...more,
  }) as unknown as LogEvent;
const asked = (call: string, name: string, what: string) =>
  event('call.asked', { call, door: 'native', name, summary: `${name} ${what}`, arguments: {} });
const ended = (call: string, rest: object) =>
  event('call.ended', { call, ok: true, durationMs: 12, summary: 'exit 0', ...rest });

describe('pages of the browser', () => {
  const page = 'P1';
  const events = () => [
    event('browser.opened', { version: 'Chrome/150', headless: false }),
    event('page.opened', { page, url: 'about:blank', title: '', opener: null }),
    event('page.navigated', { page, url: 'http://a/', title: 'A', moved: true }),
    event('page.logged', { page, level: 'log', source: 'console', text: 'fine', at: null, times: 1 }),
    event('page.logged', {
      page,
      level: 'error',
      source: 'exception',
      text: 'TypeError: x\n at y',
      at: null,
      times: 1,
    }),
    event('page.logged', {
      page,
      level: 'error',
      source: 'exception',
      text: 'TypeError: x\n at z',
      at: null,
      times: 9,
    }),
    event('page.requested', { page, method: 'GET', url: 'http://a/ok', status: 200, error: null, durationMs: 1 }),
    event('page.requested', { page, method: 'GET', url: 'http://a/no', status: 404, error: null, durationMs: 1 }),
    event('page.dialog', { page, dialog: 'confirm', message: 'Sure?', given: null, state: 'dismissed' }),
    event('page.missed', { page, logged: 10_000, requested: 0 }),
  ];

  it('tells where they went and what went wrong; the rest when it is asked for', () => {
    expect(rowsOf(events())).toMatchObject([
      { title: 'browser' },
      { title: 'page', detail: 'http://a/', outcome: 'A', group: 'browser' },
      { title: 'page threw', detail: 'TypeError: x', state: 'failed', times: 10 },
      { title: 'get', detail: 'http://a/no', outcome: '404', state: 'failed' },
      { title: 'confirm', detail: 'Sure?', outcome: 'dismissed' },
      { title: 'not kept', detail: '10,000 more lines' },
    ]);
    expect(filterRows(rowsOf(events(), { everything: true }), 'browser')).toHaveLength(10);
    expect(filterRows(rowsOf(events()), 'errors')).toHaveLength(2);
  });
});

it('says what is asked again, whether a person took it back or its run ended', () => {
  const one = { name: 'exec', rule: { id: 'rul_a', name: 'Any npm' }, run: null };
  const other = { ...one, name: 'write' };
  const changed = (data: object, actor: string) => ({ ...event('gate.alike', data), actor }) as LogEvent;
  const rows = rowsOf([
    changed({ alike: [one, other] }, 'person'),
    changed({ alike: [other], forgotten: [one] }, 'person'),
    changed({ alike: [], forgotten: [other] }, 'person'),
    changed({ alike: [], forgotten: [other] }, 'system'),
  ]);
  expect(rows.map(({ title, detail }) => [title, detail])).toEqual([
    ['approved all like this', 'write, by “Any npm”'],
    ['asks again', 'exec, by “Any npm”'],
    ['asks again for all', ''],
    ['asks again', 'the run has ended'],
  ]);
});

describe('breakTextOf', () => {
  const text = (...events: LogEvent[]) => rowsOf(events).map(breakTextOf);

  it('is the rule that would hold a call of an agent, and nothing else', () => {
    expect(text(asked('cal_a', 'exec', 'rm -rf "x"'))).toEqual(['before exec matching "rm -rf \\"x\\"" → hold']);
    expect(text(asked('cal_a', 'exec', 'a long on…'))).toEqual(['before exec matching "a long on" → hold']);
    expect(text({ ...asked('cal_a', 'exec', 'ls'), actor: 'person' })).toEqual([undefined]);
    expect(text(event('checkpoint.restored', { number: 1 }))).toEqual([undefined]);
  });
});

describe('rowsOf', () => {
  it('makes one row of a call and its end', () => {
    const [row, ...rest] = rowsOf([asked('cal_a', 'exec', 'npm test'), ended('cal_a', { result: { code: 0 } })]);
    expect(rest).toEqual([]);
    expect(row).toMatchObject({
      kind: 'exec',
      title: 'exec',
      detail: 'npm test',
      state: 'done',
      outcome: null,
      durationMs: 12,
    });
  });

  it('shows a call that has not ended as running', () => {
    expect(rowsOf([asked('cal_a', 'exec', 'sleep 9')])[0]).toMatchObject({ state: 'running', durationMs: null });
  });

  it('shows a held call as held until somebody decided, and the decision as a row of its own', () => {
    const rule = { id: 'rul_aaaa', name: 'payments' };
    const waiting = [
      asked('cal_a', 'exec', 'pay'),
      event('call.held', { call: 'cal_a', when: 'before', reason: { kind: 'approval', rule }, expiresAtMs: null }),
    ];
    expect(rowsOf(waiting)[0]).toMatchObject({ state: 'held', outcome: 'waits for approval by “payments”' });
    const decided = { call: 'cal_a', when: 'before', decision: 'rejected', reason: 'too much' };
    const rows = rowsOf([
      ...waiting,
      event('call.decided', decided, { actor: 'person' }),
      ended('cal_a', { ok: false, error: { code: 'rejected', message: 'too much' } }),
    ]);
    expect(rows).toMatchObject([
      { state: 'failed', outcome: 'too much' },
      { kind: 'gate', title: 'rejected', detail: 'exec pay', outcome: 'too much', actor: 'person' },
    ]);
  });

  it('tells what people did to the gate, and not how it came about', () => {
    const mode = (from: string, to: object) => event('gate.mode', { from: { kind: from }, to }, { actor: 'person' });
    const titles = rowsOf([
      mode('open', { kind: 'pausing', freeze: true, inFlight: 'settle', because: null }),
      mode('pausing', { kind: 'paused', freeze: true, because: null }),
      mode('paused', { kind: 'continuing' }),
      mode('continuing', { kind: 'open' }),
      event('control.changed', {
        ...{ from: { kind: 'nobody' }, to: { kind: 'person', viewer: 'vw_a', name: 'Ana' } },
        ...{ fence: 1, why: 'taken', reason: 'to log in', note: null },
      }),
      event('message.sent', { message: 'msg_a', text: 'hello', from: 'Ana', handBack: false }),
    ]).map(({ title, detail }) => `${title} ${detail}`.trim());
    expect(titles).toEqual(['paused', 'continued', 'took control to log in', 'wrote to the agent hello']);
  });

  it('tells a question once, with how long it waited, and its answer', () => {
    const question = { question: 'Which plan?', choices: ['Small', 'Large'] };
    const rows = rowsOf([
      asked('cal_a', 'ask', 'Which plan?'),
      event('question.asked', { call: 'cal_a', question }),
      event('question.answered', { call: 'cal_a', answer: { choice: 'Large' }, name: 'Ana' }, { actor: 'person' }),
      ended('cal_a', { summary: 'answered: Large', durationMs: 4_000 }),
    ]);
    expect(rows.map(({ title, detail, outcome }) => [title, detail, outcome])).toEqual([
      ['asks', 'Which plan?', null],
      ['answered', 'Large', null],
    ]);
    expect(rows[0]).toMatchObject({ kind: 'question', state: 'done', durationMs: 4_000 });
  });

  it('says why a call failed: its exit or its error', () => {
    const rows = rowsOf([
      asked('cal_a', 'exec', 'false'),
      ended('cal_a', { summary: 'exit 1', result: { code: 1 } }),
      asked('cal_b', 'write', '/a'),
      ended('cal_b', { ok: false, summary: 'No space left.', error: { code: 'noSpace', message: 'No space left.' } }),
    ]);
    expect(rows.map((row) => [row.state, row.outcome])).toEqual([
      ['failed', 'exit 1'],
      ['failed', 'No space left.'],
    ]);
  });

  it('tells what is done to a screen by its verb, with a picture of its own', () => {
    const rows = rowsOf([
      asked('cal_a', 'computer.screenshot', ''),
      asked('cal_b', 'computer.type', 'SPRING-25'),
      asked('cal_c', 'computer.click', '275,532 “left”'),
      asked('cal_d', 'browser.navigate', 'localhost:3000'),
    ]);
    expect(rows.map(({ kind, title, detail }) => [kind, title, detail])).toEqual([
      ['look', 'screenshot', ''],
      ['keys', 'type', 'SPRING-25'],
      ['pointer', 'click', '275,532 “left”'],
      ['browser', 'navigate', 'localhost:3000'],
    ]);
  });

  it('shows what an agent says in its own words', () => {
    expect(rowsOf([event('agent.said', { sort: 'thought', text: 'I will press Pay.' })])[0]).toMatchObject({
      kind: 'said',
      detail: 'I will press Pay.',
    });
  });

  it('keeps the order of asking when calls end in another', () => {
    const rows = rowsOf([
      asked('cal_a', 'exec', 'a'),
      asked('cal_b', 'exec', 'b'),
      ended('cal_b', {}),
      ended('cal_a', {}),
    ]);
    expect(rows.map((row) => [row.detail, row.state])).toEqual([
      ['a', 'done'],
      ['b', 'done'],
    ]);
  });

  it('ignores an end whose asking is not held any more', () => {
    expect(rowsOf([ended('cal_gone', {})])).toEqual([]);
  });

  it('tells a burst of file changes in one row', () => {
    const change = (path: string) => ({ changes: [{ path, kind: 'modified', directory: false }], dropped: 0 });
    const rows = rowsOf([
      event('file.changed', change('/home/user/app/a')),
      event('file.changed', change('/home/user/app/a')),
      event('file.changed', change('/home/user/app/b/c')),
    ]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ title: '2 files changed', detail: '~/app/' });
  });

  it('leaves out what changes by itself, also between two changes of a burst, unless everything is asked for', () => {
    const change = (path: string) =>
      event('file.changed', { changes: [{ path, kind: 'modified', directory: false }], dropped: 0 });
    const events = [change('/srv/a'), change('/tmp/x'), change('/srv/b')];
    expect(rowsOf(events)).toMatchObject([{ title: '2 files changed', detail: '/srv/' }]);
    expect(rowsOf(events, { everything: true })).toMatchObject([{ title: '3 files changed', detail: '/srv/a …' }]);
  });

  it('tells what became of windows, and a title that goes on changing once', () => {
    const shop = { id: 1, title: 'Shop', application: 'Chromium' };
    const notes = { id: 2, title: '', application: 'Mousepad' };
    const windows = (data: object) =>
      event(
        'windows.changed',
        { windows: [], active: 1, opened: [], closed: [], titled: [], ...data },
        { actor: 'system' },
      );
    const titled = (title: string) => windows({ windows: [{ ...shop, title }], titled: [{ id: 1, before: 'Shop' }] });
    const events = [
      windows({ windows: [shop], opened: [1] }),
      windows({ windows: [shop, notes], opened: [2] }),
      windows({ windows: [shop, notes], active: 2 }),
      titled('Basket (1)'),
      titled('Basket (2)'),
      windows({ windows: [{ ...shop, title: 'Pay' }], closed: [notes] }),
    ];
    expect(rowsOf(events)).toMatchObject([
      { kind: 'window', group: 'machine', title: 'window opened', detail: 'Shop' },
      { title: 'window opened', detail: 'Mousepad' },
      { title: 'window shows', detail: 'Basket (2)', times: 2 },
      { title: 'window closed', detail: 'Mousepad' },
    ]);
    expect(rowsOf(events, { everything: true })).toHaveLength(6);
  });

  it('counts the same request on one row', () => {
    const denied = (host: string) => event('egress.request', { host, method: 'GET', verdict: 'denied', status: 403 });
    const events = [
      denied('a.test'),
      denied('b.test'),
      denied('a.test'),
      asked('cal_a', 'exec', 'ls'),
      denied('a.test'),
    ];
    expect(rowsOf(events).map((row) => [row.detail, row.times])).toEqual([
      ['a.test', 2],
      ['b.test', 1],
      ['ls', 1],
      ['a.test', 1],
    ]);
    expect(rowsOf(events, { everything: true })).toHaveLength(5);
  });

  it('marks a refused request and finds it among the errors', () => {
    const data = {
      host: 'evil.test',
      port: 443,
      method: 'CONNECT',
      path: null,
      verdict: 'denied',
      status: 403,
      sentBytes: 0,
      receivedBytes: 0,
      durationMs: 1,
    };
    const rows = rowsOf([event('egress.request', data), asked('cal_a', 'exec', 'ls')]);
    expect(rows[0]).toMatchObject({ title: 'blocked', state: 'failed' });
    expect(filterRows(rows, 'errors')).toEqual([rows[0]]);
    expect(filterRows(rows, 'calls')).toEqual([rows[1]]);
  });
});
