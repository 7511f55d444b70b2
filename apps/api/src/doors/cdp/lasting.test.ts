import { expect, it } from 'vitest';
import { ManualClock } from '../../lib/manualClock.ts';
import { Lasting } from './lasting.ts';

const key = (text: string, sessionId = 'S') => ({
  id: 1,
  method: 'Input.dispatchKeyEvent',
  params: { type: 'keyDown', key: text, ...(text.length === 1 ? { text } : {}) },
  sessionId,
});
const press = { id: 2, method: 'Input.dispatchMouseEvent', params: { type: 'mousePressed' }, sessionId: 'S' };
const open = async () => false;

function world() {
  const clock = new ManualClock();
  return { clock, lasting: new Lasting((work, afterMs) => clock.at(clock.now() + afterMs, work)) };
}

it('keys that follow each other in one session are one act, until a pause', async () => {
  const { clock, lasting } = world();
  const typed = lasting.begin('keys', key('a'));
  clock.advance(300);
  expect(lasting.takes(key('b'), open)).toBe(true);
  expect(lasting.takes(key('x', 'T'), open)).toBe(false);
  clock.advance(349);
  expect(lasting.in('S')).toBe('keys');
  clock.advance(1);
  expect((await typed).keys.map((one) => one.key)).toEqual(['a', 'b']);
  expect(lasting.in('S')).toBeNull();
  expect(lasting.takes(key('c'), open)).toBe(false);
});

it('however fast they come, the gate has its say again after a while', async () => {
  const { clock, lasting } = world();
  const typed = lasting.begin('keys', key('a'));
  for (let ms = 0; ms < 1_900; ms += 100) {
    clock.advance(100);
    lasting.takes(key('a'), open);
  }
  clock.advance(100);
  expect(lasting.in('S')).toBeNull();
  expect((await typed).keys).toHaveLength(20);
});

it('a button is held until it is let go, or another act begins', async () => {
  const { lasting } = world();
  const held = lasting.begin('button', press);
  expect(lasting.takes(key('a'), open)).toBe(false);
  expect([lasting.in('S'), lasting.in('T')]).toEqual(['button', null]);
  lasting.end();
  expect(await held).toEqual({ keys: [], last: null });
  lasting.end();
});

it('asks anew where each key goes that writes something, and of no other', async () => {
  const { lasting } = world();
  let asked = 0;
  const isHidden = async () => ++asked > 1;
  const typed = lasting.begin('keys', key('u'));
  for (const each of ['v', 'Tab', 'p']) lasting.takes(key(each), isHidden);
  lasting.end();
  const hidden = await Promise.all((await typed).keys.map((one) => one.hidden));
  expect([asked, hidden]).toEqual([2, [false, false, false, true]]);
});

it('hands over the input that ended it, where its answer is not to be told yet', async () => {
  const { lasting } = world();
  const held = lasting.begin('button', press, { keepsLast: true });
  const last = { command: press, bytes: Buffer.from('{}') };
  const hand = lasting.lastOf('S');
  expect(lasting.lastOf('T')).toBeNull();
  expect(hand?.(last)).toBe(true);
  expect((await held).last).toBe(last);
  expect(hand?.(last)).toBe(false);
  void lasting.begin('button', press);
  expect(lasting.lastOf('S')).toBeNull();
});
