import { EventEmitter } from 'node:events';
import { Duplex } from 'node:stream';
import type { NewLogEvent } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { Cdp } from '../../devtools/cdp.ts';
import { OtherClients } from '../../devtools/otherClients.ts';
import type { SandboxLog } from '../log.ts';
import { Redactor } from '../redaction/redactor.ts';
import { PageWatch } from './pageWatch.ts';

/** A browser that answers everything with nothing, and says what it is told to. */
class Browser extends EventEmitter {
  readyState = 1;
  readonly asked: string[] = [];
  /** To sessions: `method session`. */
  readonly told: string[] = [];
  holds: boolean | undefined;
  send(text: string): void {
    const { id, method, sessionId, params } = JSON.parse(text);
    this.asked.push(method);
    if (sessionId !== undefined) this.told.push(`${method} ${sessionId}`);
    else if (method === 'Target.setAutoAttach') this.holds = params.waitForDebuggerOnStart;
    else if (method === 'Target.detachFromTarget') this.told.push(`${method} ${params.sessionId}`);
    const result = method === 'Browser.getVersion' ? { product: 'Chrome/1', userAgent: 'HeadlessChrome/1' } : {};
    queueMicrotask(() => this.emit('message', JSON.stringify({ id, result })));
  }
  say(method: string, params: unknown, sessionId?: string): void {
    this.emit('message', JSON.stringify({ method, params, ...(sessionId ? { sessionId } : {}) }));
  }
  terminate(): void {
    this.emit('close', 1006);
  }
}

async function open() {
  const browser = new Browser();
  const written: NewLogEvent[] = [];
  const redactor = new Redactor();
  const due: (() => void)[] = [];
  const others = new OtherClients();
  let nowMs = 1_000_000;
  const log = {
    append: (event: NewLogEvent) => written.push(event),
    redact: <T>(value: T) => redactor.value(value).value,
    capture: { phase: 'on' },
    onCapture: () => () => {},
  } as unknown as SandboxLog;
  const watch = new PageWatch({
    cdp: new Cdp(browser as never),
    log,
    heardMs: 500,
    hearsConsole: true,
    others,
    nowMs: () => nowMs,
    schedule: (work) => {
      due.push(work);
      return () => due.splice(due.indexOf(work), 1);
    },
  });
  expect(await watch.start()).toEqual({ version: 'Chrome/1', headless: true });
  const tab = (id: string, more = {}) => ({ targetId: id, type: 'page', url: 'http://a/', title: 'A', ...more });
  return {
    browser,
    watch,
    redactor,
    others,
    of: <K extends NewLogEvent['kind']>(kind: K): Extract<NewLogEvent, { kind: K }>['data'][] =>
      written.flatMap((event) => (event.kind === kind ? [event.data] : [])) as never,
    open(id: string, { waits = false } = {}): void {
      browser.say('Target.targetCreated', { targetInfo: tab(id) });
      const told = { sessionId: `S${id}`, targetInfo: tab(id), waitingForDebugger: waits };
      browser.say('Target.attachedToTarget', told);
    },
    close(id: string): void {
      browser.say('Target.detachedFromTarget', { sessionId: `S${id}` });
      browser.say('Target.targetDestroyed', { targetId: id });
    },
    tab,
    pass(ms: number): void {
      nowMs += ms;
      for (const work of due.splice(0)) work();
    },
  };
}
const line = (value: string, type = 'log', timestamp = 1_000) => ({
  type,
  args: [{ type: 'string', value }],
  timestamp,
});

it('only listens: nothing that it asks for focuses, answers, intercepts or stops anything', async () => {
  const { browser, open: openTab, pass } = await open();
  openTab('T1');
  browser.say('Page.javascriptDialogOpening', { type: 'confirm', message: 'Sure?' }, 'ST1');
  browser.say('Runtime.consoleAPICalled', line('x'), 'ST1');
  pass(2_000);
  expect([...new Set(browser.asked)].sort()).toEqual([
    'Browser.getVersion',
    'Log.enable',
    'Network.enable',
    'Page.enable',
    'Runtime.enable',
    'Runtime.releaseObjectGroup',
    'Target.getTargets',
    'Target.setAutoAttach',
    'Target.setDiscoverTargets',
  ]);
});

const goesOn = 'Runtime.runIfWaitingForDebugger';

it('holds a new tab until everything is enabled in it, and then lets it go on', async () => {
  const { browser, open: openTab, pass } = await open();
  expect(browser.holds).toBe(true);
  openTab('T1', { waits: true });
  expect(browser.told).toContain('Network.enable ST1');
  expect(browser.told).not.toContain(`${goesOn} ST1`);
  pass(30);
  expect(browser.told.slice(browser.told.indexOf('Network.enable ST1'))).toContain(`${goesOn} ST1`);
  expect(browser.told.filter((told) => told === `${goesOn} ST1`)).toHaveLength(1);
});

it('leaves no tab standing: not when it stops to listen, and not what it does not listen to', async () => {
  const { browser, watch, open: openTab, tab } = await open();
  const worker = tab('W', { type: 'service_worker' });
  browser.say('Target.attachedToTarget', { sessionId: 'SW', targetInfo: worker, waitingForDebugger: true });
  expect(browser.told).toEqual([`${goesOn} SW`, 'Target.detachFromTarget SW']);
  openTab('T1', { waits: true });
  watch.close();
  expect(browser.told.at(-1)).toBe(`${goesOn} ST1`);
});

it('leaves the tabs of an agent’s own client to that', async () => {
  const { browser, others, open: openTab, pass } = await open();
  const [one, two] = [new Duplex(), new Duplex()];
  others.enter(one);
  others.enter(two);
  expect(browser.holds).toBe(false);
  openTab('T1');
  pass(30);
  expect(browser.told).not.toContain(`${goesOn} ST1`);
  one.emit('close');
  expect(browser.holds).toBe(false);
  two.emit('close');
  expect(browser.holds).toBe(true);
  // What it held when it went would stand for ever.
  expect(browser.told.at(-1)).toBe(`${goesOn} ST1`);
});

it('holds nothing of a thousand tabs that came and went, whatever was still on its way in them', async () => {
  const { browser, watch, open: openTab, close, of } = await open();
  const before = watch.held;
  for (let n = 0; n < 1_000; n++) {
    openTab(`T${n}`);
    const request = { requestId: `R${n}`, timestamp: 1, type: 'XHR', request: { method: 'GET', url: 'http://a/x' } };
    browser.say('Network.requestWillBeSent', request, `ST${n}`);
    browser.say('Runtime.consoleAPICalled', line('x'), `ST${n}`);
    close(`T${n}`);
  }
  expect(of('page.opened')).toHaveLength(1_000);
  expect(of('page.closed')).toHaveLength(1_000);
  expect(watch.held).toBe(before);
});

it('tells the same line again and again once with its count, and counts what is too much', async () => {
  const { browser, open: openTab, of, pass } = await open();
  openTab('T1');
  for (let n = 0; n < 10_000; n++) browser.say('Runtime.consoleAPICalled', line('same'), 'ST1');
  pass(1_000);
  expect(of('page.logged').map(({ text, times }) => [text, times])).toEqual([
    ['same', 1],
    ['same', 9_999],
  ]);
  for (let n = 0; n < 10_000; n++) browser.say('Runtime.consoleAPICalled', line(`line ${n}`), 'ST1');
  // Errors are heard beside the flood.
  browser.say('Runtime.consoleAPICalled', line('broken', 'error'), 'ST1');
  pass(1_000);
  const lines = of('page.logged').filter(({ text }) => text.startsWith('line'));
  expect(lines.length).toBeLessThan(100);
  expect(lines.length + (of('page.missed')[0]?.logged ?? 0)).toBe(10_000);
  expect(of('page.logged').some(({ text }) => text === 'broken')).toBe(true);
});

it('takes what pages say for data: cut, without secrets, and never what is not of its kind', async () => {
  const { browser, open: openTab, of, redactor, tab } = await open();
  redactor.add('hunter2-in-full');
  openTab('T1');
  browser.say('Runtime.consoleAPICalled', line(`${'x'.repeat(3_990)}hunter2-in-full`), 'ST1');
  expect(of('page.logged')[0]?.text).toHaveLength(3_993);
  expect(JSON.stringify(of('page.logged'))).not.toContain('hunter2');
  const url = `http://user:pw@a/?q=hunter2-in-full&accessToken=abc&n=1#id_token=zzz&x=${'y'.repeat(5_000)}`;
  browser.say('Target.targetInfoChanged', { targetInfo: tab('T1', { url, title: 't'.repeat(5_000) }) });
  const [moved] = of('page.navigated');
  expect(moved?.url).toMatch(/^http:\/\/•••@a\/\?q=•••&accessToken=•••&n=1#id_token=•••&x=y+…$/);
  expect(moved?.url).toHaveLength(2_048);
  expect(moved?.title).toHaveLength(300);
  for (const params of [null, 7, [], { args: 'x' }, { args: [null, { type: 'object', preview: { properties: 9 } }] }])
    browser.say('Runtime.consoleAPICalled', params, 'ST1');
  browser.say('Runtime.exceptionThrown', { exceptionDetails: null }, 'ST1');
  browser.say('Network.requestWillBeSent', { request: 3, requestId: {} }, 'ST1');
  browser.say('Target.targetCreated', { targetInfo: { targetId: '../../x', type: 'page' } });
  browser.say('Target.targetCreated', {});
  expect(of('page.opened')).toHaveLength(1);
});

it('does not tell again what an earlier session heard', async () => {
  const { browser, open: openTab, of } = await open();
  openTab('T1');
  browser.say('Runtime.consoleAPICalled', line('old', 'log', 400), 'ST1');
  browser.say('Runtime.consoleAPICalled', line('new', 'log', 600), 'ST1');
  expect(of('page.logged').map(({ text }) => text)).toEqual(['new']);
});

it('tells a title that ticks now and then, and a page that moves at once', async () => {
  const { browser, open: openTab, of, pass, tab } = await open();
  openTab('T1');
  for (let n = 0; n < 100; n++) browser.say('Target.targetInfoChanged', { targetInfo: tab('T1', { title: `${n}` }) });
  expect(of('page.navigated')).toHaveLength(3);
  browser.say('Target.targetInfoChanged', { targetInfo: tab('T1', { url: 'http://b/', title: 'B' }) });
  expect(of('page.navigated').at(-1)).toEqual({ page: 'T1', url: 'http://b/', title: 'B', moved: true });
  browser.say('Target.targetInfoChanged', { targetInfo: tab('T1', { url: 'http://b/', title: 'last' }) });
  pass(3_000);
  expect(of('page.navigated').at(-1)).toMatchObject({ title: 'last', moved: false });
});

it('what belongs to a page, a frame or a worker, is told as the page’s', async () => {
  const { browser, open: openTab, of } = await open();
  openTab('T1');
  browser.say('Target.attachedToTarget', { sessionId: 'SF', targetInfo: { targetId: 'F', type: 'iframe' } }, 'ST1');
  browser.say('Target.attachedToTarget', { sessionId: 'SW', targetInfo: { targetId: 'W', type: 'worker' } }, 'SF');
  browser.say('Runtime.consoleAPICalled', line('from the worker'), 'SW');
  expect(of('page.logged')).toMatchObject([{ page: 'T1', text: 'from the worker' }]);
  expect(of('page.opened')).toHaveLength(1);
});
