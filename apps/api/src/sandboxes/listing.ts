import { AppError, type Sandbox, type SandboxId, type SandboxPhase } from '@sandglass/protocol';
import { isEnded } from './lifecycle.ts';
import type { SandboxRoom } from './room.ts';
import type { Place } from './store.ts';

export interface SandboxFilter {
  readonly limit: number;
  readonly after?: string;
  readonly phase?: SandboxPhase;
  readonly label?: string;
  readonly ended?: boolean;
  readonly only?: SandboxId;
}

/** So many of those that have ended are looked through at a time. */
const AT_ONCE = 200;

/** Newest first. The cursor names the last one of a page by time and id, so it stays good when sandboxes come and go. */
export async function pageOf(
  room: SandboxRoom,
  filter: SandboxFilter,
): Promise<{ items: Sandbox[]; next: string | null }> {
  const after = filter.after === undefined ? null : parseCursor(filter.after);
  const held = room.entries();
  const wanted = held
    .filter((entry) => matches({ ...entry.facts, phase: entry.life.phase }, filter))
    .filter(({ facts }) => after === null || compare(after, facts) < 0)
    .map((entry) => entry.sandbox());
  if (filter.phase === undefined ? filter.ended === true : isEnded(filter.phase)) {
    // What is held is newer than what was written of it.
    const known = new Set(held.map(({ id }) => id));
    wanted.push(...(await endedOf(room, { filter, after, known })));
  }
  wanted.sort(compare);
  const items = wanted.slice(0, filter.limit);
  const last = items.at(-1);
  const more = last !== undefined && wanted.length > items.length;
  return { items, next: more ? `${last.createdAtMs}.${last.id}` : null };
}

/** The first of those that are not held, one more than a page. */
async function endedOf(
  room: SandboxRoom,
  { filter, after, known }: { filter: SandboxFilter; after: Place | null; known: ReadonlySet<SandboxId> },
): Promise<Sandbox[]> {
  const found: Sandbox[] = [];
  for (let last = after; found.length <= filter.limit; ) {
    const next = await room.store.ended(last, AT_ONCE);
    found.push(...next.filter((sandbox) => !known.has(sandbox.id) && matches(sandbox, filter)));
    if (next.length < AT_ONCE) break;
    last = next.at(-1)!;
  }
  return found;
}

function compare(a: Place, b: Place): number {
  return b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

function matches({ id, phase, labels }: Pick<Sandbox, 'id' | 'phase' | 'labels'>, filter: SandboxFilter): boolean {
  if (filter.only !== undefined && id !== filter.only) return false;
  if (filter.phase !== undefined) {
    if (phase !== filter.phase) return false;
  } else if (isEnded(phase) && filter.ended !== true) return false;
  return filter.label === undefined || hasLabel(labels, filter.label);
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
