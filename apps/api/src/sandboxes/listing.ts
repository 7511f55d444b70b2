import { AppError, type Sandbox, type SandboxId, type SandboxPhase } from '@sandglass/protocol';
import type { SandboxEntry } from './entry.ts';
import { isEnded } from './lifecycle.ts';

export interface SandboxFilter {
  readonly limit: number;
  readonly after?: string;
  readonly phase?: SandboxPhase;
  readonly label?: string;
  readonly ended?: boolean;
  readonly only?: SandboxId;
}

/** Newest first. The cursor names the last one of a page by time and id, so it stays good when sandboxes come and go. */
export function pageOf(
  entries: readonly SandboxEntry[],
  filter: SandboxFilter,
): { items: Sandbox[]; next: string | null } {
  const after = filter.after === undefined ? null : parseCursor(filter.after);
  const wanted = entries
    .filter((entry) => matches(entry, filter) && (after === null || compare(after, entry.facts) < 0))
    .sort((a, b) => compare(a.facts, b.facts));
  const page = wanted.slice(0, filter.limit);
  const last = page.at(-1);
  const more = last !== undefined && wanted.length > page.length;
  return {
    items: page.map((entry) => entry.sandbox()),
    next: more ? `${last.facts.createdAtMs}.${last.facts.id}` : null,
  };
}

type Place = Pick<Sandbox, 'createdAtMs'> & { readonly id: string };

function compare(a: Place, b: Place): number {
  return b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

function matches(entry: SandboxEntry, filter: SandboxFilter): boolean {
  const { phase } = entry.life;
  if (filter.only !== undefined && entry.id !== filter.only) return false;
  if (filter.phase !== undefined) {
    if (phase !== filter.phase) return false;
  } else if (isEnded(phase) && filter.ended !== true) return false;
  return filter.label === undefined || hasLabel(entry.facts.labels, filter.label);
}

function hasLabel(labels: Sandbox['labels'], wanted: string): boolean {
  const at = wanted.indexOf('=');
  if (at < 0) return wanted in labels;
  return labels[wanted.slice(0, at)] === wanted.slice(at + 1);
}

function parseCursor(text: string): Place {
  const match = /^(\d{1,16})\.(sbx_[a-z2-7]+)$/.exec(text);
  if (!match) throw new AppError('badRequest', '`after` must be the `next` of the page before.');
  return { createdAtMs: Number(match[1]), id: match[2]! };
}
