import type { Run } from '@sandglass/protocol';
import { CircleAlert } from 'lucide-react';
import { budgetOf } from './words.ts';

/** Each limit of a run's budget with what is used of it; nothing where it has none. */
export function Budget({ run }: { run: Run }) {
  return budgetOf(run).map(({ key, words, tone }) => (
    <span key={key} className={`run-budget ui-tone-${tone}`}>
      {tone === 'idle' ? null : <CircleAlert size={11} aria-hidden />}
      {words}
      {tone === 'err' ? ' · spent' : ''}
    </span>
  ));
}

/** In a list: that a budget is spent, or nearly; which one is said by its title. */
export function BudgetMark({ run }: { run: Run }) {
  const tight = budgetOf(run).filter(({ tone }) => tone !== 'idle');
  const worst = tight.find(({ tone }) => tone === 'err') ?? tight[0];
  if (worst === undefined) return null;
  const words = tight.map((each) => each.words).join(', ');
  const title = worst.tone === 'err' ? `Budget spent: ${words}` : `Budget nearly spent: ${words}`;
  return (
    <span className={`run-budget-mark ui-tone-${worst.tone}`} role="img" aria-label={title} title={title}>
      <CircleAlert size={11} />
    </span>
  );
}
