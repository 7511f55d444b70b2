import { AppError } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { actOf } from './acts.ts';
import { refusalOf, saidOf } from './refusal.ts';
import { RefusedTry } from './refusedTry.ts';

const command = (method: string, params: object = {}) => ({ id: 3, method, params: params as never, sessionId: 'S' });
const no = new AppError('rejected', 'Not today.');

it('fails the client’s own call with the words, in the shape that it knows', () => {
  expect(JSON.parse(refusalOf(command('Page.navigate'), no))).toMatchObject({
    id: 3,
    sessionId: 'S',
    result: { errorText: 'Not today. (rejected)' },
  });
  expect(JSON.parse(refusalOf(command('Runtime.evaluate'), no))).toMatchObject({
    result: { exceptionDetails: { exception: { description: 'Error: Not today. (rejected)' } } },
  });
  expect(JSON.parse(refusalOf(command('Input.insertText'), no))).toMatchObject({
    error: { code: -32_000, message: 'Not today. (rejected)' },
  });
  // What went wrong here is nobody's to read.
  expect(refusalOf(command('Input.insertText'), new Error('/secret/path'))).not.toContain('/secret/path');
});

it('what the browser refused is an error, what a script threw is said', () => {
  expect(() => saidOf({ error: { message: 'No such page' } })).toThrow('No such page');
  expect(() => saidOf({ result: { errorText: 'net::ERR_NAME_NOT_RESOLVED' } })).toThrow('ERR_NAME');
  expect(saidOf({ result: { exceptionDetails: { exception: { description: 'Error: x\n at y' } } } })).toEqual({
    said: 'Error: x',
  });
  expect(saidOf({ result: { errorText: '', value: 1 } })).toEqual({});
});

it('a client that tries again what was refused hears it at once, and once', () => {
  let nowMs = 0;
  const tries = new RefusedTry(() => nowMs);
  const click = command('Input.dispatchMouseEvent', { type: 'mousePressed', x: 1, y: 2 });
  const act = (selector?: string) => actOf(click, { selector, inMainWorld: true })!;
  const part = (k: string, v: string) => ({ k, v });
  const looks = command('Runtime.callFunctionOn', {
    arguments: [{ value: { o: [part('name', 'css'), part('source', '#pay')] } }],
  });
  tries.keep(click, act('#pay'), no);
  expect(tries.again(command('Page.reload'))).toBeNull();
  expect(tries.again({ ...looks, sessionId: 'T' })).toBeNull();
  expect(tries.again(looks)).toBe(no);
  expect(tries.again(looks)).toBeNull();
  tries.keep(click, act('#pay'), no);
  nowMs = 3_001;
  expect(tries.again(looks)).toBeNull();
  // Without a selector nobody can tell.
  tries.keep(click, act(), no);
  expect(tries.again(looks)).toBeNull();
});
