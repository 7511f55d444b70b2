import type { Run } from '@sandglass/protocol';
import { Button } from '@sandglass/ui';
import { CircleAlert } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useMayOperate } from '../../platform/useSession.ts';
import { budgetOf } from './words.ts';

const BudgetDialog = lazy(async () => ({ default: (await import('./BudgetDialog.tsx')).BudgetDialog }));

/** Each limit of a run's budget with what is used of it, and the way to give it more while it runs; nothing where it has none. */
export function Budget({ run }: { run: Run }) {
  const mayWiden = useMayOperate({ id: run.sandbox }) && run.outcome === 'running';
  const [dialog, setDialog] = useState<'unseen' | 'open' | 'closed'>('unseen');
  const limits = budgetOf(run);
  if (limits.length === 0) return null;
  return (
    <>
      {limits.map(({ key, words, tone }) => (
        <span key={key} className={`run-budget ui-tone-${tone}`}>
          {tone === 'idle' ? null : <CircleAlert size={11} aria-hidden />}
          {words}
          {tone === 'err' ? ' · spent' : ''}
        </span>
      ))}
      {mayWiden ? (
        <Button size="small" onClick={() => setDialog('open')}>
          {limits.some(({ tone }) => tone === 'err') ? 'Give it more…' : 'Change budget…'}
        </Button>
      ) : null}
      {dialog === 'unseen' ? null : (
        <Suspense>
          <BudgetDialog
            run={run}
            open={dialog === 'open'}
            onOpenChange={(open) => setDialog(open ? 'open' : 'closed')}
          />
        </Suspense>
      )}
    </>
  );
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
