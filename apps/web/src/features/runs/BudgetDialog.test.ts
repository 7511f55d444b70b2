import { expect, it } from 'vitest';
import { budgetFrom } from './BudgetDialog.tsx';

it('takes what is a limit, nothing for nothing, and refuses the rest', () => {
  expect(budgetFrom({ usd: '1.5', tokens: ' 2000 ', minutes: '' })).toEqual({ usd: 1.5, tokens: 2_000 });
  expect(budgetFrom({ usd: '', tokens: '' })).toBe('none');
  for (const given of [{ usd: '0' }, { minutes: '-1' }, { tokens: '1.5' }, { usd: 'x' }, { minutes: '1e99' }])
    expect(budgetFrom(given), JSON.stringify(given)).toBe('wrong');
});
