import { type BudgetLimit, budgetUse, type Run, type RunBudget } from '@sandglass/protocol';
import { Field, FormDialog, Input } from '@sandglass/ui';
import { useEffect, useState } from 'react';
import { type OpenProps, progressOf } from '../../platform/dialog.tsx';
import { useRunActs } from '../../platform/runs.ts';
import { shownName } from '../../platform/shownName.ts';
import { budgetOf, goalOf } from './words.ts';

const limits: readonly (readonly [BudgetLimit, string, string])[] = [
  ['usd', 'Dollars', 'any'],
  ['tokens', 'Tokens', '1'],
  ['minutes', 'Minutes', 'any'],
];

export interface BudgetDialogProps extends OpenProps {
  readonly run: Run;
}

/** How much a run may use, and why that is another amount than before. */
export function BudgetDialog({ run, open, onOpenChange }: BudgetDialogProps) {
  const { budget } = useRunActs(run.sandbox);
  const [given, setGiven] = useState<Partial<Record<BudgetLimit, string>>>({});
  const [reason, setReason] = useState('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed stays while the run goes on behind it
  useEffect(() => {
    if (!open) return;
    setGiven(Object.fromEntries(Object.entries(run.budget ?? {}).map(([limit, of]) => [limit, String(of)])));
    setReason('');
    budget.reset();
  }, [open, run.id]);
  const wanted = budgetFrom(given);
  const give = () => {
    const why = reason.trim();
    const body = { run: run.id, budget: wanted === 'none' ? null : (wanted as RunBudget), ...(why && { reason: why }) };
    budget.mutate(body, { onSuccess: () => onOpenChange(false) });
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Budget of the run"
      description={<bdi className="run-verdict-of">{shownName(goalOf(run))}</bdi>}
      submitLabel="Set budget"
      {...progressOf(budget)}
      disabled={wanted === 'wrong'}
      onSubmit={give}
    >
      {[...limits]
        .sort(([one], [other]) => rank(run, one) - rank(run, other))
        .map(([limit, label, step]) => {
          const { words } = budgetOf(run).find(({ key }) => key === limit) ?? {};
          return (
            <Field key={limit} label={label} hint={words === undefined ? 'Without a limit' : `Used: ${words}`}>
              <Input
                type="number"
                min={0}
                step={step}
                value={given[limit] ?? ''}
                onChange={(event) => {
                  const { value } = event.currentTarget;
                  setGiven((before) => ({ ...before, [limit]: value }));
                }}
              />
            </Field>
          );
        })}
      <Field label="Why" hint="On the record, with your name. An empty limit is none; its calls go on at once.">
        <Input value={reason} maxLength={500} onChange={(event) => setReason(event.currentTarget.value)} />
      </Field>
    </FormDialog>
  );
}

/** What stopped it comes first, what it has no limit of last. */
function rank(run: Run, limit: BudgetLimit): number {
  const use = budgetUse(run).find((each) => each.limit === limit);
  return use === undefined ? 3 : { spent: 0, near: 1, ok: 2 }[use.state];
}

/** `none`: every limit was taken away. */
export function budgetFrom(given: Partial<Record<BudgetLimit, string>>): RunBudget | 'none' | 'wrong' {
  const said = limits.flatMap(([limit]) => {
    const text = given[limit]?.trim() ?? '';
    return text === '' ? [] : [[limit, Number(text)] as const];
  });
  if (said.some(([limit, of]) => !(of > 0) || of > 1e9 || (limit === 'tokens' && !Number.isInteger(of))))
    return 'wrong';
  return said.length === 0 ? 'none' : (Object.fromEntries(said) as RunBudget);
}
