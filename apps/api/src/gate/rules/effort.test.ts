import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { spend, TooLong, withinEffort } from './effort.ts';
import { Facts } from './facts.ts';
import { compilePattern, windowsOf } from './patterns.ts';
import { readyRule } from './ruleSet.ts';

afterEach(() => void vi.restoreAllMocks());

const around = {
  ...{ count: 0, repeats: 0, cost: 0, title: undefined, url: undefined, terminal: () => '' },
};
const holds = (text: string, command: string) => {
  const call = { name: 'exec', summary: '', arguments: { command }, actor: 'agent', door: 'native' } as const;
  const facts = new Facts({ moment: 'before', call: { call: 'cal_aaaa' as never, ...call } }, around as never);
  return readyRule({ id: 'rul_aaaa' as never, name: 'r', text }).holds(facts);
};

describe('a text that is made to be slow', () => {
  // Each character makes a new state of the engine, each as large as the expression.
  const slow = 'c'.concat(Array.from({ length: 8_000 }, (_, n) => 'ab'[(n * n * 7919 + (n >> 3)) & 1]).join(''), 'c');

  it('is given up after some windows; what would stop the call stops it, unread', () => {
    let nowMs = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 6));
    expect(holds('before exec matching /[ab]*a[ab]{150}d|e/ → hold', slow)).toBe(true);
    expect(holds('before exec matching /[ab]*a[ab]{150}d|e/ → log', slow)).toBe(false);
    // Each time at six milliseconds a window: three of them, and once before the first.
    expect(clock).toHaveBeenCalledTimes(2 * (3 + 1));
  });

  it('is looked at to its end when that is quick', () => {
    vi.spyOn(performance, 'now').mockReturnValue(0);
    expect(holds('before exec matching /[ab]*a[ab]{150}d/ → hold', slow)).toBe(false);
    expect(
      holds('before exec matching /needle[0-9]/ → hold', `${slow.slice(0, 4_000)}needle7${slow.slice(0, 3_000)}`),
    ).toBe(true);
  });

  it('is looked at in larger pieces as long as that is quick, for what is longer than where two pieces meet', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    const rule = 'before exec matching /BEGIN[^$]*END/ → hold';
    // At every place that a border of the smallest pieces could have, and longer than any of them.
    for (let at = 0; at <= 6_000; at += 250)
      expect(holds(rule, `${' x'.repeat(at / 2)}BEGIN${'-'.repeat(1_950)}END${' x'.repeat((6_000 - at) / 2)}`)).toBe(
        true,
      );
    expect(holds(rule, `BEGIN${'-'.repeat(8_100)}END`)).toBe(true);
    expect(holds(rule, `BEGIN${'-'.repeat(4_000)}$${'-'.repeat(4_000)}END`)).toBe(false);
    // Slow: what was found by then counts, and nothing more is looked at.
    let nowMs = 0;
    now.mockImplementation(() => (nowMs += 3));
    expect(holds(rule.replace('hold', 'log'), `BEGIN${'-'.repeat(8_100)}END`)).toBe(false);
  });

  it('that is too long for a glob counts as matched, too', () => {
    expect(holds('before exec where argument.command matching glob "*a*b*c*d" → hold', 'x'.repeat(20_000))).toBe(true);
    expect(holds('before exec where argument.command matching glob "*a*b*c*d" → log', 'x'.repeat(20_000))).toBe(false);
  });
});

it('a rule that is given up does not spoil the next', () => {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 20));
  const endless = () => {
    for (;;) spend(50_000);
  };
  const once = () => {
    spend(50_000);
    return false;
  };
  expect(withinEffort(endless, true)).toBe(true);
  expect(withinEffort(once, true)).toBe(false);
  expect(() =>
    withinEffort(() => {
      throw new RangeError('a mistake');
    }, true),
  ).toThrow(RangeError);
  expect(new TooLong()).toBeInstanceOf(Error);
});

it('windows hold every stretch up to a quarter of them, begin with lines where they can, and are bounded', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '\n', 'line of some words', ' '), { maxLength: 400 });
  fc.assert(
    fc.property(text, fc.integer({ min: 64, max: 200 }), fc.nat(10_000), (parts, most, at) => {
      const whole = parts.join('');
      const windows = windowsOf(whole, most);
      for (const window of windows) expect(window.length).toBeLessThanOrEqual(most);
      const from = at % Math.max(1, whole.length);
      const line = whole.slice(from, from + Math.floor(most / 4)).split('\n')[0] as string;
      expect(windows.some((window) => window.includes(line))).toBe(true);
    }),
  );
  expect(compilePattern({ kind: 'regexp', source: 'x{3}$', ignoreCase: false })('xxx')).toBe(true);
});
