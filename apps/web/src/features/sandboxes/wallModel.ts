/** What the wall shows, as pure functions: which sandboxes, in which order, and who of them needs somebody. */
import type { Sandbox, SandboxId } from '@sandglass/protocol';
import { isEnded } from '../../platform/status.ts';

export const shows = ['all', 'needs', 'running', 'frozen', 'failed', 'ended'] as const;
export type Show = (typeof shows)[number];
export const sorts = ['needs', 'newest', 'oldest', 'name', 'state'] as const;
export type Sort = (typeof sorts)[number];

/** Why somebody should look, in words; undefined: nobody needs to. */
export type Needs = ReadonlyMap<SandboxId, string>;

const groups: Record<Show, (sandbox: Sandbox, needs: Needs) => boolean> = {
  all: (sandbox) => !isEnded(sandbox) || sandbox.phase === 'failed',
  needs: (sandbox, needs) => needs.has(sandbox.id),
  running: (sandbox) => !isEnded(sandbox) && sandbox.phase !== 'frozen',
  frozen: (sandbox) => sandbox.phase === 'frozen',
  failed: (sandbox) => sandbox.phase === 'failed',
  ended: (sandbox) => sandbox.phase === 'dead',
};

export function countShown(sandboxes: readonly Sandbox[], needs: Needs): Record<Show, number> {
  const counts = { all: 0, needs: 0, running: 0, frozen: 0, failed: 0, ended: 0 };
  for (const sandbox of sandboxes) for (const show of shows) if (groups[show](sandbox, needs)) counts[show]++;
  return counts;
}

export interface Filter {
  readonly show: Show;
  /** Words that name, id, image or labels hold. */
  readonly find: string;
  /** `key=value`; each must be there. */
  readonly labels: readonly string[];
  readonly sort: Sort;
}

export function selectShown(sandboxes: readonly Sandbox[], filter: Filter, needs: Needs): Sandbox[] {
  const words = filter.find.toLowerCase().split(/\s+/).filter(Boolean);
  return sandboxes
    .filter(
      (sandbox) =>
        groups[filter.show](sandbox, needs) &&
        filter.labels.every((label) => labelsOf(sandbox).includes(label)) &&
        matches(sandbox, words),
    )
    .sort(orders[filter.sort](needs));
}

function matches(sandbox: Sandbox, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = [sandbox.name, sandbox.id, sandbox.image, ...labelsOf(sandbox)].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

export const labelsOf = (sandbox: Pick<Sandbox, 'labels'>): string[] =>
  Object.entries(sandbox.labels).map(([key, value]) => `${key}=${value}`);

/** The labels of those that `show` is about, with how many have each, the commonest first. */
export function countLabels(
  sandboxes: readonly Sandbox[],
  show: Show,
  needs: Needs,
): { label: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const sandbox of sandboxes.filter((each) => groups[show](each, needs)))
    for (const label of labelsOf(sandbox)) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts]
    .map(([label, count]) => ({ label, count }))
    .sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
}

type Order = (a: Sandbox, b: Sandbox) => number;

const newest: Order = (a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1);
const rank = (sandbox: Sandbox): number => (isEnded(sandbox) ? 2 : sandbox.phase === 'frozen' ? 1 : 0);

const orders: Record<Sort, (needs: Needs) => Order> = {
  needs: (needs) => (a, b) => Number(needs.has(b.id)) - Number(needs.has(a.id)) || rank(a) - rank(b) || newest(a, b),
  newest: () => newest,
  oldest: () => (a, b) => newest(b, a),
  name: () => (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }) || newest(a, b),
  state: () => (a, b) => a.phase.localeCompare(b.phase) || newest(a, b),
};

/**
 * The order to show when it should be `wanted` and some things may not move: a card under the pointer or with the focus keeps
 * its place, and the others go around it.
 */
export function orderAround<T>(shown: readonly T[], wanted: readonly T[], still: ReadonlySet<T>): T[] {
  const kept = [...still]
    .filter((each) => wanted.includes(each) && shown.includes(each))
    .map((each) => ({ each, place: shown.indexOf(each) }))
    .sort((a, b) => a.place - b.place);
  const order = wanted.filter((each) => !kept.some((one) => one.each === each));
  for (const { each, place } of kept) order.splice(Math.min(place, order.length), 0, each);
  return order;
}
