/** A run in words. Pure. */
import {
  budgetUse,
  budgetWords,
  type Judgement,
  type Run,
  type RunCost,
  type RunSort,
  STRIP_CELLS,
} from '@sandglass/protocol';
import { formatTick } from '@sandglass/replay';
import type { Tone } from '@sandglass/ui';

const SECOND_US = 1_000_000;

/** `0:48`, `21:55`, `1:02:00`. */
export const formatLength = (durationMs: number): string => formatTick(durationMs * 1_000, SECOND_US);

export const outcomes: Record<Run['outcome'], { readonly word: string; readonly tone: Tone }> = {
  running: { word: 'running', tone: 'agent' },
  succeeded: { word: 'succeeded', tone: 'ok' },
  failed: { word: 'failed', tone: 'err' },
  stopped: { word: 'stopped', tone: 'human' },
  unknown: { word: 'ended', tone: 'idle' },
};

export const judgements: Record<Judgement, { readonly word: string; readonly tone: Tone; readonly key: string }> = {
  pass: { word: 'Pass', tone: 'ok', key: '1' },
  fail: { word: 'Fail', tone: 'err', key: '2' },
  unsure: { word: 'Unsure', tone: 'warn', key: '3' },
};
export const allJudgements = ['pass', 'fail', 'unsure'] as const satisfies readonly Judgement[];

export const sorts: Record<RunSort, string> = {
  newest: 'Newest first',
  oldest: 'Oldest first',
  longest: 'Longest first',
  calls: 'Most calls',
  errors: 'Most errors',
  interventions: 'Most interventions',
  cost: 'Dearest first',
};

export function formatCost(cost: RunCost | null): string {
  if (cost?.usd !== undefined) return `$${cost.usd < 0.1 && cost.usd > 0 ? cost.usd.toFixed(3) : cost.usd.toFixed(2)}`;
  if (cost?.tokens !== undefined) return `${compact.format(cost.tokens)} tok`;
  return '–';
}
/** Of each limit of its budget, with how near it is. */
export const budgetOf = (run: Run): { readonly key: string; readonly words: string; readonly tone: Tone }[] =>
  budgetUse(run).map((use) => ({ key: use.limit, words: budgetWords(use), tone: budgetTones[use.state] }));
const budgetTones = { ok: 'idle', near: 'warn', spent: 'err' } as const;

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

const RANK = '.ape';

/** Its cells from its start to its end, in so few that each can be seen. */
export function shownCells({ cellUs, cells }: Run['strip'], durationMs: number): string {
  const count = Math.max(cells.length, Math.ceil((durationMs * 1_000) / cellUs), 1);
  const together = Math.ceil(count / STRIP_CELLS);
  return Array.from({ length: Math.ceil(count / together) }, (_, at) =>
    [...cells.slice(at * together, (at + 1) * together)].reduce(
      (before, cell) => (RANK.indexOf(cell) > RANK.indexOf(before) ? cell : before),
      '.',
    ),
  ).join('');
}

/** Whose run it is and by which way it came. */
export const agentOf = ({ agent, door, origin }: Pick<Run, 'agent' | 'door' | 'origin'>): string =>
  origin === 'marked' ? `${agent} · marked` : `${agent} · ${door}`;

/** What it was for, else that nobody said. */
export const goalOf = ({ goal, origin }: Pick<Run, 'goal' | 'origin'>): string =>
  goal !== '' ? goal : origin === 'seen' ? 'Seen: its agent said no goal' : 'No goal';

/** The trace that it belongs to, to be looked up where traces are kept. */
export const traceOf = ({ traceparent }: Pick<Run, 'traceparent'>): string | null => traceparent?.split('-')[1] ?? null;
