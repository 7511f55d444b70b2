/** Events of the log as rows of the activity: a call and its end are one row, bursts of the same kind are one row. Pure. */
import { budgetWords, type LogEvent, limitWords } from '@sandglass/protocol';
import { formatElapsed } from '@sandglass/replay';
import { isNoise, isNoisyPath } from '../../platform/noise.ts';
import { detailOf, givenName } from '../../platform/summary.ts';
import { tieToCause } from './causeRows.ts';
import { askRow, decidedRow, gateRow, heldRow, questionOf } from './gateRows.ts';
import { interventionRow } from './interventionRows.ts';
import { isPageEvent, mergePage, pageRow } from './pageRows.ts';
import { base, type Event, type Group, type Row, type RowKind } from './row.ts';
import { mergeTitles, windowRow } from './windowRows.ts';

export type { Group, Row, RowKind } from './row.ts';

/** Changes within this of each other, by the same actor, are told together. */
const BURST_MS = 2_000;
/** The same request again within this, with only other requests between, is counted on its first row. */
const REPEAT_MS = 60_000;

/** @param everything also what changes by itself (see noise.ts), and each request on a row of its own */
export function rowsOf(events: readonly LogEvent[], { everything = false } = {}): Row[] {
  const rows: Row[] = [];
  const open = new Map<string, number>();
  const calls = new Map<string, number>();
  for (const event of events) {
    if (!everything && isNoise(event)) continue;
    if (event.kind === 'call.asked') {
      open.set(event.data.call, rows.length);
      calls.set(event.data.call, rows.length);
      rows.push(callRow(event));
      tieToCause(rows, event, calls);
    } else if (event.kind === 'call.ended') {
      const at = open.get(event.data.call);
      if (at !== undefined) rows[at] = endCall(rows[at]!, event);
      open.delete(event.data.call);
    } else if (event.kind === 'call.held' || event.kind === 'call.decided') {
      const at = open.get(event.data.call);
      if (at !== undefined) rows[at] = heldRow(rows[at]!, event);
      const decided =
        event.kind === 'call.decided' ? decidedRow(event, at === undefined ? undefined : rows[at]) : undefined;
      if (decided) rows.push(decided);
    } else if (event.kind === 'question.asked' && open.has(event.data.call)) {
      // The call is the question; what came of it has a row of its own, with who answered.
      const at = open.get(event.data.call)!;
      rows[at] = { ...rows[at]!, ...questionOf(event) };
    } else if (event.kind === 'file.changed') {
      const last = rows.at(-1);
      if (
        last?.kind === 'files' &&
        last.group === 'files' &&
        last.actor === event.actor &&
        event.wallMs - last.wallMs <= BURST_MS
      )
        rows[rows.length - 1] = mergeChanges(last as Changes, event, everything);
      else if (event.data.changes.length > 0) rows.push(changesRow(event, everything));
    } else if (isPageEvent(event)) {
      const row = pageRow(event, everything);
      if (row === undefined) continue;
      const merged = everything ? undefined : mergePage(rows.at(-1), row);
      if (merged === undefined) rows.push(row);
      else rows[rows.length - 1] = merged;
    } else if (event.kind === 'windows.changed') {
      const row = windowRow(event, everything);
      if (row === undefined) continue;
      const merged = everything ? undefined : mergeTitles(rows.at(-1), row);
      if (merged === undefined) rows.push(row);
      else rows[rows.length - 1] = merged;
    } else {
      const row = plainRow(event);
      if (row === undefined) continue;
      const same = everything || event.kind !== 'egress.request' ? -1 : findSame(rows, row);
      if (same === -1) rows.push(row);
      else rows[same] = { ...rows[same]!, times: rows[same]!.times + 1 };
    }
  }
  return rows;
}

/** The first that fits. */
const callKinds: readonly (readonly [RegExp, RowKind])[] = [
  [/^(exec|startExec|run)$/, 'exec'],
  [/^(write|mkdir|move|remove|upload|read|list|download)$/, 'files'],
  [/^computer\.(screenshot|zoom)$/, 'look'],
  [/^computer\.(type|keys|hold)$/, 'keys'],
  [/^computer\./, 'pointer'],
  [/^browser\./, 'browser'],
  [/^terminal\./, 'terminal'],
  [/checkpoint|restore/, 'checkpoint'],
];
/** Its picture says already what it is done to. */
const nouns = /^(computer|browser|terminal)\./;

function callRow(event: Event<'call.asked'>): Row {
  const { name, summary, arguments: given } = event.data;
  if (name === 'ask') return { ...base(event, 'question', 'calls'), ...askRow(given, summary), state: 'running' };
  const kind = callKinds.find(([names]) => names.test(name))?.[1] ?? 'call';
  return {
    ...base(event, kind, 'calls'),
    title: name.replace(nouns, ''),
    detail: detailOf(name, summary),
    state: 'running',
  };
}

function endCall(row: Row, event: Event<'call.ended'>): Row {
  const { ok, durationMs, error } = event.data;
  const code = event.data.result?.['code'];
  const exited = typeof code === 'number' && code !== 0;
  const said = row.kind === 'question' || isPlain(event.data.summary, row) ? null : event.data.summary;
  const outcome = error?.message ?? (exited ? `exit ${code}` : said);
  const failed = !ok || exited || event.data.result?.['timedOut'] === true;
  return { ...row, state: failed ? 'failed' : 'done', outcome, durationMs };
}

/** Outcomes that say no more than that it worked. */
const isPlain = (summary: string, row: Row): boolean =>
  ['', 'exit 0', 'ok', 'sent', 'removed', row.title, row.detail].includes(summary);

/** The same request in the run of requests at the end; -1 when there is none. */
function findSame(rows: readonly Row[], row: Row): number {
  for (let at = rows.length - 1; at >= 0 && rows[at]!.group === 'network'; at--) {
    const before = rows[at]!;
    if (row.wallMs - before.wallMs > REPEAT_MS) return -1;
    if (before.title === row.title && before.detail === row.detail && before.outcome === row.outcome) return at;
  }
  return -1;
}

interface Changes extends Row {
  readonly change: string;
  /** Grows while the burst lasts; never seen outside one making of the rows. */
  readonly paths: Set<string>;
}

function changesRow(event: Event<'file.changed'>, everything: boolean): Changes {
  const row = {
    ...base(event, 'files', 'files'),
    outcome: event.data.dropped > 0 ? `${event.data.dropped} names lost` : null,
    change: event.data.changes[0]?.kind ?? 'modified',
    paths: new Set<string>(),
  };
  return mergeChanges(row, event, everything);
}

function mergeChanges(row: Changes, event: Event<'file.changed'>, everything: boolean): Changes {
  for (const { path, to } of event.data.changes) if (everything || !isNoisyPath(to ?? path)) row.paths.add(to ?? path);
  const { size } = row.paths;
  return {
    ...row,
    wallMs: event.wallMs,
    title: size === 1 ? row.change : `${size} files changed`,
    detail: shortPath(size === 1 ? ([...row.paths][0] ?? '') : placeOf(row.paths)),
  };
}

/** The folder that holds them all; when that is the root, the first of them. */
function placeOf(paths: ReadonlySet<string>): string {
  const [first = '', ...rest] = paths;
  let folder = first.slice(0, first.lastIndexOf('/') + 1);
  for (const path of rest)
    while (!path.startsWith(folder)) folder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
  return folder.length > 1 ? folder : `${first} …`;
}

/** The user's home as a shell would write it. */
const shortPath = (path: string): string => path.replace(/^\/home\/user(?=\/|$)/, '~');

const decisions: ReadonlySet<string> = new Set(['hold', 'ask', 'refuse']);

function plainRow(event: LogEvent): Row | undefined {
  switch (event.kind) {
    case 'sandbox.created':
      return {
        ...base(event, 'machine', 'machine'),
        title: event.data.parent === null ? 'created' : 'forked',
        detail: event.data.image,
      };
    case 'sandbox.phase': {
      const titles = phaseTitles[event.data.to];
      if (titles === undefined || (event.data.to === 'running' && event.data.from !== 'thawing')) return undefined;
      return {
        ...base(event, 'machine', 'machine'),
        title: titles[event.actor === 'system' ? 0 : 1],
        detail: event.data.reason ?? '',
        state: event.data.to === 'failed' ? 'failed' : 'done',
      };
    }
    case 'sandbox.updated':
      return { ...base(event, 'machine', 'machine'), title: 'changed', detail: event.data.changed.join(', ') };
    case 'terminal.opened':
      return { ...base(event, 'terminal', 'calls'), title: 'terminal opened', detail: event.data.name };
    case 'terminal.exited': {
      const { code, signal } = event.data.exit;
      return {
        ...base(event, 'terminal', 'calls'),
        title: 'terminal ended',
        detail: '',
        outcome: signal ?? (code === 0 || code === null ? null : `exit ${code}`),
      };
    }
    case 'agent.said':
      return {
        ...base(event, 'said', 'calls'),
        title: event.data.sort === 'message' ? 'says' : event.data.sort,
        detail: event.data.text,
      };
    case 'checkpoint.created':
      return {
        ...base(event, 'checkpoint', 'calls'),
        title: `Checkpoint #${event.data.number}`,
        detail: [givenName(event.data), event.data.memory ? 'files + memory' : 'files'].filter(Boolean).join(' · '),
        outcome: null,
        durationMs: event.data.stoppedMs,
      };
    case 'checkpoint.restored':
      return { ...base(event, 'checkpoint', 'calls'), title: `Restored #${event.data.number}`, detail: '' };
    case 'egress.request': {
      const { verdict, method, host, status, durationMs } = event.data;
      return {
        ...base(event, 'network', 'network'),
        title: verdict === 'denied' ? 'blocked' : method.toLowerCase(),
        detail: host,
        outcome:
          verdict === 'failed'
            ? 'failed'
            : verdict === 'allowed' && status !== null && status >= 400
              ? String(status)
              : null,
        state: verdict === 'allowed' ? 'done' : 'failed',
        durationMs: verdict === 'denied' ? null : durationMs,
      };
    }
    case 'screen.opened':
      return {
        ...base(event, 'screen', 'machine'),
        title: 'screen',
        detail: `${event.data.width}×${event.data.height}`,
      };
    case 'screen.resized':
      return {
        ...base(event, 'screen', 'machine'),
        title: 'screen resized',
        detail: `${event.data.width}×${event.data.height}`,
      };
    case 'environment.changed':
    case 'egress.changed':
      return interventionRow(event);
    case 'run.started':
      return { ...base(event, 'run', 'calls'), title: 'run', detail: event.data.goal };
    case 'run.ended': {
      const { outcome, reason } = event.data;
      return {
        ...base(event, 'run', 'calls'),
        title: 'run ended',
        detail: reason ?? '',
        outcome,
        state: outcome === 'failed' ? 'failed' : 'done',
      };
    }
    case 'run.budget': {
      const { state } = event.data;
      return {
        ...base(event, 'run', 'calls'),
        title: state === 'spent' ? 'budget spent' : 'budget nearly spent',
        detail: budgetWords(event.data),
        outcome: state === 'spent' ? 'calls are refused' : null,
        state: state === 'spent' ? 'failed' : 'done',
      };
    }
    case 'run.budgeted': {
      const { budget, reason } = event.data;
      const words = budget === null ? 'none any more' : limitWords(budget);
      return {
        ...base(event, 'run', 'calls'),
        title: 'gave the run another budget',
        detail: reason === null ? words : `${words} · ${reason}`,
      };
    }
    case 'run.judged': {
      const { verdict } = event.data;
      return {
        ...base(event, 'run', 'calls'),
        title: verdict === null ? 'took the verdict back' : 'judged the run',
        outcome: verdict,
      };
    }
    case 'note.changed':
      return {
        ...base(event, 'note', 'calls'),
        title: noteTitles[event.data.change],
        detail: formatElapsed(event.data.atUs),
      };
    case 'recorder.stopped':
      return {
        ...base(event, 'gap', 'machine'),
        title: event.data.reason === 'private' ? 'private moment' : 'recording stopped',
        detail: event.data.reason === 'private' ? 'nothing is recorded' : 'the disk is full',
        state: event.data.reason === 'private' ? 'done' : 'failed',
      };
    case 'recorder.resumed':
      return {
        ...base(event, 'gap', 'machine'),
        title: 'recording goes on',
        detail: event.data.why,
        durationMs: (event.atUs - event.data.sinceUs) / 1_000,
      };
    case 'rule.hit': {
      const { name, call, actions, message } = event.data;
      // Of a call that it held or refused the call's own row tells.
      const tells = call === null || message !== null || actions.some((action) => !decisions.has(action));
      if (!tells) return undefined;
      return { ...base(event, 'rule', 'calls'), title: 'breakpoint', detail: name, outcome: message };
    }
    case 'recorder.gap':
      return {
        ...base(event, 'gap', 'machine'),
        title: 'not recorded',
        detail: event.data.track,
        outcome: event.data.reason,
        state: 'failed',
      };
    default:
      return gateRow(event);
  }
}

const noteTitles: Record<Event<'note.changed'>['data']['change'], string> = {
  written: 'pinned a note at',
  edited: 'edited a note at',
  removed: 'removed a note at',
};

/** What it is now, or what someone did to it. */
const phaseTitles: Partial<Record<Event<'sandbox.phase'>['data']['to'], readonly [state: string, act: string]>> = {
  running: ['thawed', 'thawed it'],
  frozen: ['frozen', 'froze it'],
  dead: ['ended', 'ended it'],
  failed: ['failed', 'failed'],
};

export type Filter = 'essential' | 'everything' | Group | 'errors';

export function filterRows(rows: readonly Row[], filter: Filter): readonly Row[] {
  if (filter === 'essential' || filter === 'everything') return rows;
  return rows.filter((row) => (filter === 'errors' ? row.state === 'failed' : row.group === filter));
}
