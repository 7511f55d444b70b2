/** A mark in words: for its card, and for who hears it. Pure. */
import type { Actor, LogEvent } from '@sandglass/protocol';
import { formatElapsed, isOpen, type LaneName, type LaneSum, type Mark } from '@sandglass/replay';
import { formatDuration } from '../../platform/format.ts';
import { shownName } from '../../platform/shownName.ts';
import { detailOf } from '../../platform/summary.ts';

export const laneTitles: Record<LaneName, string> = {
  agent: 'Agent',
  people: 'People',
  files: 'Files',
  terminal: 'Terminal',
  network: 'Network',
};
export const actorNames: Record<Actor, string> = { agent: 'Agent', person: 'Person', system: 'System' };

const nouns: Record<LaneName, readonly [one: string, many: string]> = {
  agent: ['call', 'calls'],
  people: ['act', 'acts'],
  files: ['change', 'changes'],
  terminal: ['terminal', 'terminals'],
  network: ['request', 'requests'],
};

export function countWords(lane: LaneName, sum: Pick<LaneSum, 'marks' | 'weight' | 'failed'>): string {
  const count = lane === 'files' ? sum.weight : sum.marks;
  const failed =
    sum.failed === 0 ? '' : `, ${sum.failed.toLocaleString()} ${lane === 'network' ? 'refused or failed' : 'failed'}`;
  return `${count.toLocaleString()} ${nouns[lane][count === 1 ? 0 : 1]}${failed}`;
}

const networkTitles: Readonly<Record<string, string>> = {
  allowed: 'Request',
  page: 'Page',
  console: 'Console error',
  crash: 'Page crashed',
  'page request': 'Request of a page',
};

export function titleOf(lane: LaneName, mark: Pick<Mark, 'name' | 'weight' | 'failed'>): string {
  if (lane === 'files') return mark.weight === 1 ? 'File changed' : `${mark.weight.toLocaleString()} files changed`;
  if (lane === 'network') return networkTitles[mark.name] ?? `Request ${mark.name}`;
  if (lane === 'terminal') return 'Terminal';
  return shownName(mark.name === '' ? 'call' : mark.name);
}

/** What the log says of it beyond its name: a command, a path, a host. */
export function detailWords(event: LogEvent | undefined): string {
  switch (event?.kind) {
    case 'call.asked':
      return shownName(detailOf(event.data.name, event.data.summary));
    case 'file.changed': {
      const [first, ...rest] = event.data.changes;
      if (first === undefined) return '';
      return shownName(
        rest.length === 0 ? (first.to ?? first.path) : `${first.to ?? first.path} and ${rest.length} more`,
      );
    }
    case 'egress.request':
      return shownName(`${event.data.host}${event.data.path ?? ''}`);
    case 'page.opened':
    case 'page.navigated':
      return shownName(event.data.title === '' ? event.data.url : `${event.data.title} — ${event.data.url}`);
    case 'page.logged':
      return shownName(event.data.text.split('\n')[0] ?? '');
    case 'page.requested':
      return shownName(`${event.data.method} ${event.data.url} ${event.data.error ?? event.data.status ?? ''}`);
    case 'terminal.opened':
      return shownName(event.data.name);
    default:
      return '';
  }
}

export function outcomeWords(
  lane: LaneName,
  mark: Pick<Mark, 'startUs' | 'endUs' | 'failed' | 'name'>,
  nowUs: number,
): string {
  if (lane === 'files' || lane === 'network')
    return mark.failed && !plainTitles.has(mark.name) ? 'refused or failed' : '';
  const took = formatDuration((Math.min(mark.endUs, nowUs) - mark.startUs) / 1_000);
  if (isOpen(mark.endUs)) return `running for ${took}`;
  return mark.failed ? `failed after ${took}` : took;
}

/** Their titles say already how it went. */
const plainTitles: ReadonlySet<string> = new Set(['console', 'crash']);

/** For a screen reader, as one sentence. */
export function spokenMark(lane: LaneName, mark: Mark, { detail, nowUs }: { detail: string; nowUs: number }): string {
  const parts = [
    `${titleOf(lane, mark)}${detail === '' ? '' : ` ${detail}`}`,
    actorNames[mark.actor],
    `at ${formatElapsed(mark.startUs, true)}`,
    outcomeWords(lane, mark, nowUs),
  ];
  return parts.filter((part) => part !== '').join(', ');
}
