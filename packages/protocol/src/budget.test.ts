import { expect, it } from 'vitest';
import { budgetUse, budgetWords, costOf, limitWords, NEAR_SHARE } from './budget.ts';

const run = { budget: null, spent: { usd: null, tokens: 0 }, cost: null, durationMs: 0 };

it('has nothing to say of a run without a budget', () => expect(budgetUse(run)).toEqual([]));

it('is near from four fifths, and spent from the last one on: not before, not after', () => {
  const stateAt = (tokens: number) =>
    budgetUse({ ...run, budget: { tokens: 1_000 }, spent: { usd: null, tokens } })[0]!.state;
  for (let tokens = 0; tokens <= 1_200; tokens++)
    expect(stateAt(tokens)).toBe(tokens >= 1_000 ? 'spent' : tokens >= 1_000 * NEAR_SHARE ? 'near' : 'ok');
});

it('counts each limit alone, and believes an agent that says more than was counted', () => {
  const budget = { usd: 1, tokens: 100, minutes: 10 };
  const spent = { usd: 0.25, tokens: 80 };
  const uses = budgetUse({ budget, spent, cost: { usd: 1, tokens: 10 }, durationMs: 479_999 });
  expect(uses.map(({ limit, state }) => `${limit} ${state}`)).toEqual(['usd spent', 'tokens near', 'minutes ok']);
  expect(costOf({ spent, cost: { usd: 0.1 } })).toEqual({ usd: 0.25, tokens: 80 });
  expect(costOf(run)).toBeNull();
});

it('is said in words', () => {
  expect(budgetWords({ limit: 'usd', used: 1.2, of: 1.5 })).toBe('$1.20 of $1.50');
  expect(budgetWords({ limit: 'usd', used: 0.0012, of: 0.05 })).toBe('$0.0012 of $0.0500');
  expect(budgetWords({ limit: 'tokens', used: 40_100, of: 50_000 })).toBe('40,100 of 50,000 tokens');
  expect(budgetWords({ limit: 'minutes', used: 9.99, of: 10 })).toBe('9.9 of 10 minutes');
});

it('says a budget in words', () => {
  expect(limitWords({ minutes: 1, usd: 1.5, tokens: 50_000 })).toBe('$1.50 · 50,000 tokens · 1 minute');
});
