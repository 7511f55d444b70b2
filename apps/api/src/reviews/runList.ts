/** Which runs a question means, in which order, and what they come to. Pure. */
import { AppError, costOf, type Run, type RunSort, type RunSummary } from '@sandglass/protocol';

export interface RunQuestion {
  readonly outcome?: Run['outcome'] | undefined;
  readonly verdict?: 'pass' | 'fail' | 'unsure' | 'none' | undefined;
  readonly agent?: string | undefined;
  readonly label?: string | undefined;
  readonly judgedBy?: string | undefined;
  readonly sort: RunSort;
  readonly limit: number;
  readonly after?: string | undefined;
}

/** `runs` are those the caller may see and whose words fit. */
export function pageOfRuns(
  runs: readonly Run[],
  question: RunQuestion,
): { items: Run[]; next: string | null; summary: RunSummary } {
  const meant = runs.filter((run) => isOfLabel(run, question.label) && isOf(run.agent, question.agent));
  const shown = meant
    .filter((run) => fits(run, question))
    .sort((a, b) => orders[question.sort](a, b) || b.startedAtMs - a.startedAtMs || (a.id < b.id ? -1 : 1));
  const from = question.after === undefined ? 0 : parsePlace(question.after);
  const items = shown.slice(from, from + question.limit);
  const end = from + items.length;
  // Agents and labels are for choosing another one: of all, whichever is chosen now.
  return { items, next: end < shown.length ? `${end}` : null, summary: { ...summarize(meant), ...choices(runs) } };
}

const isOf = (value: string, wanted: string | undefined): boolean => wanted === undefined || value === wanted;

function isOfLabel({ labels }: Run, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  const at = wanted.indexOf('=');
  return at < 0 ? wanted in labels : labels[wanted.slice(0, at)] === wanted.slice(at + 1);
}

export const awaitsReview = ({ outcome, verdict }: Run): boolean => outcome !== 'running' && verdict === null;

function fits(run: Run, { outcome, verdict, judgedBy }: RunQuestion): boolean {
  if (!isOf(run.outcome, outcome)) return false;
  if (judgedBy !== undefined && run.verdict?.by.token !== judgedBy) return false;
  if (verdict === undefined) return true;
  return verdict === 'none' ? awaitsReview(run) : run.verdict?.judgement === verdict;
}

const orders: Readonly<Record<RunSort, (a: Run, b: Run) => number>> = {
  newest: (a, b) => b.startedAtMs - a.startedAtMs,
  oldest: (a, b) => a.startedAtMs - b.startedAtMs,
  longest: (a, b) => b.durationMs - a.durationMs,
  calls: (a, b) => b.calls - a.calls,
  errors: (a, b) => b.errors - a.errors,
  interventions: (a, b) => b.interventions - a.interventions,
  cost: (a, b) => (costOf(b)?.usd ?? -1) - (costOf(a)?.usd ?? -1),
};

function parsePlace(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new AppError('badRequest', '`after` must be the `next` of the page before.');
  return Number(text);
}

function summarize(runs: readonly Run[]): Omit<RunSummary, 'agents' | 'labels'> {
  const count = (is: (run: Run) => boolean) => runs.filter(is).length;
  const over = runs.filter(({ outcome }) => outcome !== 'running');
  const judged = (judgement: string) => count((run) => run.verdict?.judgement === judgement);
  const acts = runs.reduce((sum, { interventions }) => sum + interventions, 0);
  return {
    total: runs.length,
    toReview: count(awaitsReview),
    running: runs.length - over.length,
    pass: judged('pass'),
    fail: judged('fail'),
    unsure: judged('unsure'),
    failed: count(({ outcome }) => outcome === 'failed'),
    medianDurationMs: median(over.map(({ durationMs }) => durationMs)),
    medianCalls: median(runs.map(({ calls }) => calls)),
    medianCostUsd: median(runs.flatMap((run) => costOf(run)?.usd ?? [])),
    interventionsPerRun: runs.length === 0 ? null : acts / runs.length,
  };
}

const MOST_CHOICES = 100;

function choices(runs: readonly Run[]): Pick<RunSummary, 'agents' | 'labels'> {
  const sorted = (values: string[]) => [...new Set(values)].sort().slice(0, MOST_CHOICES);
  const labels = runs.flatMap((run) =>
    Object.entries(run.labels).map(([key, value]) => (value === '' ? key : `${key}=${value}`)),
  );
  return { agents: sorted(runs.map(({ agent }) => agent)), labels: sorted(labels) };
}

function median(values: number[]): number | null {
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}
