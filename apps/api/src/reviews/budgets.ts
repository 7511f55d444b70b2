/** Stops agents whose run has used its budget, and tells of it: people through the log, the agent with its next answer. */
import {
  AppError,
  type BudgetLimit,
  type BudgetUse,
  budgetUse,
  budgetWords,
  type RunBudget,
  type RunId,
} from '@sandglass/protocol';
import type { SandboxEntry } from '../sandboxes/entry.ts';
import type { Caller } from '../services.ts';
import type { RunBook } from './runBook.ts';
import type { StoredRun } from './storedRun.ts';

/** What one reply of a model has used. */
export interface Spending {
  /** Null: no price is known. */
  readonly usd: number | null;
  readonly tokens: number;
}

export interface BudgetsOptions {
  readonly book: RunBook;
  readonly now: () => number;
  /** For the agent, with its next answer. */
  readonly tell: (entry: SandboxEntry, text: string) => void;
}

/** Calls that do no work of the run: ending, and asking a person, who may widen the budget. */
const ALWAYS: ReadonlySet<string> = new Set(['ask', 'kill']);

export class Budgets {
  readonly #options: BudgetsOptions;

  constructor(options: BudgetsOptions) {
    this.#options = options;
  }

  /** @throws AppError budgetSpent */
  admit(entry: SandboxEntry, caller: Caller, call: string): void {
    if (caller.actor !== 'agent' || ALWAYS.has(call)) return;
    for (const run of this.#of(entry, caller)) {
      if (run.budget === null) continue;
      const spent = this.#look(entry, run).find(({ state }) => state === 'spent');
      if (spent !== undefined) throw refusal(run, spent);
    }
  }

  /** The limits under which the runs of this agent stand. */
  limits(entry: SandboxEntry, caller: Caller): ReadonlySet<BudgetLimit> {
    return new Set(this.#of(entry, caller).flatMap(({ budget }) => Object.keys(budget ?? {}) as BudgetLimit[]));
  }

  /** Resolves when what is counted against a budget would outlive the server. */
  async spend(entry: SandboxEntry, caller: Caller, { usd, tokens }: Spending): Promise<void> {
    const { book } = this.#options;
    await Promise.all(
      this.#of(entry, caller).map(async (run) => {
        const dollars = usd === null ? run.spent.usd : Math.round(((run.spent.usd ?? 0) + usd) * 1e6) / 1e6;
        const after: StoredRun = { ...run, spent: { usd: dollars, tokens: run.spent.tokens + tokens } };
        if (run.budget === null) return book.note(after);
        await book.save(after);
        this.#look(entry, after);
      }),
    );
  }

  /** After something other than a call changed it: what is asked of the run, what its agent says it has cost. */
  changed(entry: SandboxEntry, run: StoredRun): void {
    if (run.outcome === 'running') this.#look(entry, run);
  }

  #of(entry: SandboxEntry, { token }: Caller): StoredRun[] {
    return this.#options.book.open(entry.id).filter((run) => run.token === token);
  }

  /** Says each step once; a budget that was widened says it anew. */
  #look(entry: SandboxEntry, run: StoredRun): BudgetUse[] {
    const { book, now, tell } = this.#options;
    const uses = budgetUse({ ...run, durationMs: now() - run.startedAtMs });
    const told: StoredRun['told'] = {};
    let isNew = false;
    for (const { limit, used, of, state } of uses) {
      if (state === 'ok') continue;
      told[limit] = state;
      if (run.told[limit] === state) continue;
      isNew = true;
      const data = { run: run.id, limit, state, used, of };
      entry.append({ kind: 'run.budget', actor: 'system', data });
      if (state === 'near')
        tell(
          entry,
          `${budgetWords({ limit, used, of })} of this run’s budget are used. Come to an end before it is spent.`,
        );
    }
    const isSame = !isNew && Object.keys(told).length === Object.keys(run.told).length;
    if (!isSame) book.note({ ...book.get(run.sandbox, run.id), told });
    return uses;
  }
}

const refusal = ({ id }: { id: RunId }, use: BudgetUse): AppError =>
  new AppError(
    'budgetSpent',
    `The budget of this run is spent: ${budgetWords(use)}. Nothing was done. End the run, or ask a person to widen its budget.`,
    { details: { run: id, limit: use.limit, used: use.used, of: use.of } },
  );

/** Whether one gives more than the other: a limit that is higher, or is not there any more. */
export function isWider(wanted: RunBudget | null, before: RunBudget | null): boolean {
  if (before === null) return false;
  return (Object.keys(before) as BudgetLimit[]).some(
    (limit) => before[limit] !== undefined && (wanted?.[limit] ?? Number.POSITIVE_INFINITY) > before[limit],
  );
}
