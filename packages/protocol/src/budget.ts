/** How far a run has used its budget. Pure: the server stops by it, the console shows it. */
import type { BudgetLimit, Run, RunBudget, RunCost } from './runs.ts';

/** From this share on people and the agent are told. */
export const NEAR_SHARE = 0.8;

export interface BudgetUse {
  readonly limit: BudgetLimit;
  readonly used: number;
  readonly of: number;
  readonly state: 'ok' | 'near' | 'spent';
}

type Used = Pick<Run, 'budget' | 'spent' | 'cost' | 'durationMs'>;

/** Of each of its limits. What is used up to the last is spent: there is nothing left for one more call. */
export function budgetUse(run: Used): BudgetUse[] {
  const used = { ...costOf(run), minutes: run.durationMs / 60_000 };
  const limits = ['usd', 'tokens', 'minutes'] as const;
  return limits.flatMap((limit): BudgetUse[] => {
    const of = run.budget?.[limit];
    if (of === undefined) return [];
    const value = used[limit] ?? 0;
    return [{ limit, used: value, of, state: value >= of ? 'spent' : value >= of * NEAR_SHARE ? 'near' : 'ok' }];
  });
}

/** What its agent says and what was counted here, whichever is more. Null: neither knows. */
export function costOf({ cost, spent }: Pick<Run, 'cost' | 'spent'>): RunCost | null {
  const usd = most(cost?.usd, spent.usd ?? undefined);
  const tokens = most(cost?.tokens, spent.tokens === 0 ? undefined : spent.tokens);
  if (usd === undefined && tokens === undefined) return null;
  return { ...(usd === undefined ? {} : { usd }), ...(tokens === undefined ? {} : { tokens }) };
}

const most = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);

/** `$1.20 of $1.50`, `40,100 of 50,000 tokens`, `8 of 10 minutes`. */
export function budgetWords({ limit, used, of }: Pick<BudgetUse, 'limit' | 'used' | 'of'>): string {
  switch (limit) {
    case 'usd':
      return `$${money(used)} of $${money(of)}`;
    case 'tokens':
      return `${used.toLocaleString('en')} of ${of.toLocaleString('en')} tokens`;
    case 'minutes':
      return `${minutes(used)} of ${minutes(of)} ${of === 1 ? 'minute' : 'minutes'}`;
  }
}

/** `$1.50 · 50,000 tokens · 30 minutes`. */
export const limitWords = (budget: RunBudget): string =>
  (['usd', 'tokens', 'minutes'] as const)
    .flatMap((limit) => {
      const of = budget[limit];
      return of === undefined ? [] : [budgetWords({ limit, used: 0, of }).split(' of ')[1]];
    })
    .join(' · ');

const money = (usd: number): string => (usd !== 0 && usd < 0.1 ? usd.toFixed(4) : usd.toFixed(2));
const minutes = (value: number): string => String(Math.floor(value * 10) / 10);
