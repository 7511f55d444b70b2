import { describe, expect, it } from 'vitest';
import { actOf, joinKeys, keyOf } from './acts.ts';
import { headOf, readAnswer, readCommand, sessionOf, writeAnswer } from './message.ts';
import { selectorIn, Worlds } from './worlds.ts';

const command = (method: string, params: object = {}, sessionId = 'S') => ({
  id: 1,
  method,
  params: params as Record<string, unknown>,
  sessionId,
});
const here = { selector: undefined, inMainWorld: true };
const said = (method: string, params: object, hints = here as Parameters<typeof actOf>[1]) => {
  const act = actOf(command(method, params), hints);
  return act === null ? null : `${act.name} ${act.summary(act.arguments)}`.trim();
};

describe('what is an act', () => {
  it('is said in words; how a client finds its way is none', () => {
    expect(said('Page.navigate', { url: 'http://localhost:3000/' })).toBe('browser.navigate http://localhost:3000/');
    expect(said('Page.navigate', { url: 'about:blank' })).toBeNull();
    expect(said('Input.dispatchMouseEvent', { type: 'mousePressed', x: 10.4, y: 20.6, button: 'left' })).toBe(
      'browser.click 10,21',
    );
    const pay = { ...here, selector: 'role=button[name="Pay"]' };
    expect(said('Input.dispatchMouseEvent', { type: 'mousePressed', x: 1, y: 2, button: 'right' }, pay)).toBe(
      'browser.click right role=button[name="Pay"] (1,2)',
    );
    expect(said('Input.dispatchMouseEvent', { type: 'mouseMoved', x: 1, y: 2 })).toBeNull();
    expect(said('Input.insertText', { text: 'SPRING-25' }, pay)).toBe(
      'browser.fill role=button[name="Pay"] ← SPRING-25',
    );
    expect(said('DOM.setFileInputFiles', { files: ['/a', '/b'] })).toBe('browser.upload /a, /b');
    for (const method of ['DOM.getDocument', 'Page.enable', 'Target.setAutoAttach', 'Network.enable', 'X.y'])
      expect(said(method, {})).toBeNull();
  });

  it('of scripts, what the author wrote, and nothing of the client’s own', () => {
    expect(said('Runtime.evaluate', { expression: 'document.title' })).toBe('browser.evaluate document.title');
    expect(said('Runtime.evaluate', { expression: 'document.title' }, { ...here, inMainWorld: false })).toBeNull();
    const playwright = (written: string) => ({
      functionDeclaration: '(utilityScript, ...args) => utilityScript.evaluate(...args)',
      arguments: [{ objectId: '1.2.3' }, { value: true }, { value: true }, { value: written }, { value: 0 }],
    });
    expect(said('Runtime.callFunctionOn', playwright('() => 6 * 7'))).toBe('browser.evaluate () => 6 * 7');
    expect(said('Runtime.callFunctionOn', playwright('(injected, node) => injected.fill(node)'))).toBeNull();
    const puppeteer = (name: string) => ({ functionDeclaration: `() => 1\n//# sourceURL=pptr:${name};at\n` });
    expect(said('Runtime.callFunctionOn', puppeteer('evaluate'))).toBe('browser.evaluate () => 1');
    expect(said('Runtime.callFunctionOn', puppeteer('internal'))).toBeNull();
    const looking = { functionDeclaration: '() => {\n      return document;\n    }\n//# sourceURL=pptr:x\n' };
    expect(said('Runtime.callFunctionOn', looking)).toBeNull();
  });

  it('names keys as people do, letters together', () => {
    expect(keyOf({ key: 'A', text: 'A', modifiers: 8 })).toBe('A');
    expect(keyOf({ key: 'a', modifiers: 2 })).toBe('Control+a');
    expect(keyOf({ key: 'Tab', modifiers: 8 })).toBe('Shift+Tab');
    expect(joinKeys(['h', 'i', 'Enter', 'Control+a', 'x', 'y'])).toBe('hi Enter Control+a xy');
  });
});

describe('what a client tells of itself', () => {
  it('which worlds are its own', () => {
    const worlds = new Worlds();
    const hear = (method: string, params: object, sessionId?: string) =>
      worlds.hear(method, Buffer.from(JSON.stringify({ method, params, sessionId })));
    const context = (id: number, isDefault: boolean) =>
      hear('Runtime.executionContextCreated', { context: { id, auxData: { isDefault } } }, 'S');
    context(1, true);
    context(2, false);
    hear('Runtime.executionContextCreated', { context: {} });
    worlds.hear('Runtime.executionContextCreated', Buffer.from('no json'));
    const inMain = (params: object) => worlds.hintsOf(command('Runtime.evaluate', params)).inMainWorld;
    expect(inMain({ contextId: 1 })).toBe(true);
    expect(inMain({ contextId: 2 })).toBe(false);
    expect(inMain({ objectId: '77.2.1' })).toBe(false);
    hear('Target.detachedFromTarget', { sessionId: 'S' });
    expect(inMain({ contextId: 2 })).toBe(true);
  });

  it('the page that a session is of, by way of its frames', () => {
    const worlds = new Worlds();
    const attached = (sessionId: string, targetInfo: object, parent?: string) => {
      const params = { sessionId, targetInfo };
      const message = { method: 'Target.attachedToTarget', params, ...(parent ? { sessionId: parent } : {}) };
      worlds.hear(message.method, Buffer.from(JSON.stringify(message)));
    };
    attached('S1', { targetId: 'T1', type: 'page' });
    attached('S2', { targetId: 'T2', type: 'iframe' }, 'S1');
    attached('S3', { targetId: 'T3', type: 'service_worker' });
    expect([worlds.pageOf('S1'), worlds.pageOf('S2'), worlds.pageOf('S3'), worlds.pageOf(undefined)]).toEqual([
      'T1',
      'T1',
      undefined,
      undefined,
    ]);
  });

  it('the selector that it looked for, and nothing from what only looks like one', () => {
    const part = (name: string, source: string) => ({
      o: [
        { k: 'name', v: name },
        { k: 'body', v: { o: [] } },
        { k: 'source', v: source },
      ],
    });
    const parts = { a: [part('css', '#cart'), part('internal:role', 'button[name="Pay"i]')] };
    const params = (value: unknown) => ({ arguments: [{ objectId: '1.2.3' }, { value }] });
    expect(selectorIn(params({ o: [{ k: 'parts', v: parts }] }))).toBe('#cart >> role=button[name="Pay"i]');
    expect(selectorIn(params({ source: 'x', name: 'y' }))).toBeUndefined();
    let deep: unknown = part('css', 'too deep');
    for (let n = 0; n < 5_000; n++) deep = { a: [deep] };
    expect(selectorIn(params(deep))).toBeUndefined();
  });
});

it('reads commands and nothing else, and keeps the tab of an answer', () => {
  expect(readCommand('{"id":1,"method":"A.b","params":[1]}')).toEqual({
    id: 1,
    method: 'A.b',
    params: {},
    sessionId: undefined,
  });
  for (const text of ['', '[]', '{"id":"1","method":"A"}', '{"id":1}', 'null', '{"id":1,"method":2}'])
    expect(readCommand(text)).toBeNull();
  expect(JSON.parse(writeAnswer({ id: 3, sessionId: 'S' }, { result: {} }))).toEqual({
    id: 3,
    result: {},
    sessionId: 'S',
  });
});

it('reads of what the browser says only what it needs', () => {
  const answer = Buffer.from('{"id":12,"result":{"data":"x"},"sessionId":"AB-1"}');
  expect(headOf(answer)).toEqual({ id: 12, method: '' });
  expect(sessionOf(answer)).toBe('AB-1');
  expect(headOf(Buffer.from('{"method":"Page.loadEventFired","params":{}}'))).toEqual({
    id: undefined,
    method: 'Page.loadEventFired',
  });
  expect(headOf(Buffer.from('nothing'))).toEqual({ id: undefined, method: '' });
  expect(sessionOf(Buffer.from('{"id":1,"result":{}}'))).toBeUndefined();
  const long = (more: string) => Buffer.from(`{"id":1,"result":{"data":"${'A'.repeat(100_000)}"${more}}}`);
  expect(readAnswer(long(''), { whole: false })).toEqual({ result: {} });
  expect(readAnswer(long(',"errorText":"no"'), { whole: false })).toMatchObject({ result: { errorText: 'no' } });
  expect(readAnswer(long(''), { whole: true })).toMatchObject({ result: { data: expect.any(String) } });
  expect(readAnswer(Buffer.from('{"id":1,"error":{"message":"gone"}}'), { whole: false })).toEqual({
    error: { message: 'gone' },
  });
});

it('what was looked for was so for the first kind of act that came', () => {
  const worlds = new Worlds();
  const part = (k: string, v: string) => ({ k, v });
  const looks = command('Runtime.callFunctionOn', {
    arguments: [{ value: { o: [part('name', 'css'), part('source', '#pay')] } }],
  });
  worlds.hintsOf(looks);
  expect(['browser.click', 'browser.fill', 'browser.click'].map((act) => worlds.isLookedForBy(act, 'S'))).toEqual([
    true,
    false,
    true,
  ]);
  worlds.hintsOf(looks);
  expect(worlds.isLookedForBy('browser.fill', 'S')).toBe(true);
});

it('a page is made of the documents of its frames, also of those of other processes, and of no worker', () => {
  const worlds = new Worlds();
  const hear = (method: string, params: object, sessionId?: string) =>
    worlds.hear(method, Buffer.from(JSON.stringify({ method, params, sessionId })));
  const attach = (sessionId: string, type: string, parent?: string) =>
    hear('Target.attachedToTarget', { sessionId, targetInfo: { targetId: `T${sessionId}`, type } }, parent);
  const create = (id: number, isDefault: boolean, sessionId: string) =>
    hear('Runtime.executionContextCreated', { context: { id, auxData: { isDefault } } }, sessionId);
  attach('S', 'page');
  attach('F', 'iframe', 'S');
  attach('W', 'worker', 'S');
  attach('Other', 'page');
  for (const [id, session] of [
    [1, 'S'],
    [2, 'S'],
    [1, 'F'],
    [1, 'W'],
    [7, 'Other'],
  ] as const)
    create(id, true, session);
  create(3, false, 'S');
  const documents = () => worlds.documentsOf('S')?.map(({ session, contextId }) => `${session} ${contextId}`);
  expect(documents()).toEqual(['S 1', 'S 2', 'F 1']);
  hear('Runtime.executionContextDestroyed', { executionContextId: 2 }, 'S');
  hear('Target.detachedFromTarget', { sessionId: 'F' });
  expect(documents()).toEqual(['S 1']);
  for (let id = 100; id < 201; id++) create(id, true, 'S');
  expect(documents()).toBeUndefined();
  hear('Runtime.executionContextsCleared', {}, 'S');
  expect(documents()).toEqual([]);
});
