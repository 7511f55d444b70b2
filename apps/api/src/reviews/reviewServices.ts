import type {
  BudgetLimit,
  EditNote,
  EndRun,
  GiveVerdict,
  Note,
  NoteId,
  Run,
  RunBudget,
  RunId,
  RunSort,
  RunSummary,
  SandboxId,
  Say,
  StartRun,
  UpdateRun,
  WriteNote,
} from '@sandglass/protocol';
import type { Caller } from '../services.ts';
import type { Spending } from './budgets.ts';

export interface RunService {
  list(query: {
    sandbox?: SandboxId | undefined;
    /** Of one sandbox alone, since the token reaches no further. */
    only?: SandboxId | undefined;
    outcome?: Run['outcome'] | undefined;
    verdict?: 'pass' | 'fail' | 'unsure' | 'none' | undefined;
    agent?: string | undefined;
    label?: string | undefined;
    judgedBy?: string | undefined;
    q?: string | undefined;
    sort: RunSort;
    limit: number;
    after?: string | undefined;
  }): Promise<{ items: Run[]; next: string | null; summary: RunSummary }>;
  get(sandbox: SandboxId, run: RunId): Run;
  /** Now, by its agent; or, with a range, one that a person marks. */
  start(caller: Caller, sandbox: SandboxId, body: StartRun): Promise<Run>;
  update(caller: Caller, sandbox: SandboxId, run: RunId, body: UpdateRun): Promise<Run>;
  end(caller: Caller, sandbox: SandboxId, run: RunId, body: EndRun): Promise<Run>;
  /** For the run of this agent here, or the one that its first call will begin, unless it has a budget already. */
  limit(caller: Caller, sandbox: SandboxId, budget: RunBudget): void;
  /** Which limits its runs here stand under. */
  limits(caller: Caller, sandbox: SandboxId): ReadonlySet<BudgetLimit>;
  /** A reply of its model, against the budgets of its runs here. */
  spend(caller: Caller, sandbox: SandboxId, spending: Spending): Promise<void>;
  /** What its agent thinks or plans. */
  say(caller: Caller, sandbox: SandboxId, run: RunId, said: { text: string; sort: NonNullable<Say['sort']> }): void;
  remove(caller: Caller, sandbox: SandboxId, run: RunId): Promise<void>;
  /** null takes the verdict back. */
  judge(caller: Caller, sandbox: SandboxId, run: RunId, verdict: GiveVerdict | null): Promise<Run>;
}

export interface NoteService {
  /** By moment. */
  list(sandbox: SandboxId): Note[];
  all(): Note[];
  write(caller: Caller, sandbox: SandboxId, body: WriteNote): Promise<Note>;
  edit(caller: Caller, sandbox: SandboxId, note: NoteId, body: EditNote): Promise<Note>;
  remove(caller: Caller, sandbox: SandboxId, note: NoteId): Promise<void>;
}
