import { expect, it } from 'vitest';
import { endFrame, frame, parseOpening } from './frames.ts';

it('reads what it writes', () => {
  expect(JSON.parse(parseOpening(frame({ process: { cmd: 'ls' } })))).toEqual({ process: { cmd: 'ls' } });
  expect(endFrame()).toEqual(Buffer.from([2, 0, 0, 0, 2, 0x7b, 0x7d]));
});

it('says what is wrong with an envelope', () => {
  const whole = frame({ a: 1 });
  expect(() => parseOpening(whole.subarray(0, 3))).toThrow(/cut off/);
  expect(() => parseOpening(whole.subarray(0, 7))).toThrow(/says 7 bytes and has 2/);
  expect(() => parseOpening(frame({}, 1))).toThrow(/Compressed/);
  expect(() => parseOpening(endFrame())).toThrow(/ended/);
});
