/** Events of the log as rows of the activity: a call and its end are one row, bursts of file changes are one row. Pure. */
import type { Actor, LogEvent } from '@sandglass/protocol';
import { detailOf } from '../../platform/summary.ts';

export type RowKind = 'exec' | 'files' | 'terminal' | 'checkpoint' | 'network' | 'screen' | 'machine' | 'call' | 'gap';
export type Group = 'calls' | 'files' | 'network' | 'machine';

export interface Row {
  readonly key: number;
  readonly wallMs: number;
  readonly actor: Actor;
  /** Token of who did it. */
  readonly by: string | null;
  readonly kind: RowKind;
  readonly group: Group;
  readonly title: string;
  /** What a machine said or was told: shown in mono. */
  readonly detail: string;
  /** Short outcome after an arrow, such as `exit 1`. */
  readonly outcome: string | null;
  readonly state: 'running' | 'done' | 'failed';
  readonly durationMs: number | null;
}

type Event<K extends LogEvent['kind']> = Extract<LogEvent, { kind: K }>;

/** Changes within this of each other, by the same actor, are told together. */
const BURST_MS = 2_000;

export function rowsOf(events: readonly LogEvent[]): Row[] {
  const rows: Row[] = [];
  const open = new Map<string, number>();
  for (const event of events) {
    if (event.kind === 'call.asked') {
      open.set(event.data.call, rows.length);
      rows.push(callRow(event));
    } else if (event.kind === 'call.ended') {
      const at = open.get(event.data.call);
      if (at !== undefined) rows[at] = endCall(rows[at]!, event);
      open.delete(event.data.call);
    } else if (event.kind === 'file.changed') {
      const last = rows.at(-1);
      if (
        last?.kind === 'files' &&
        last.group === 'files' &&
        last.actor === event.actor &&
        event.wallMs - last.wallMs < BURST_MS
      )
        rows[rows.length - 1] = mergeChanges(last, event);
      else if (event.data.changes.length > 0) rows.push(changesRow(event));
    } else {
      const row = plainRow(event);
      if (row !== undefined) rows.push(row);
    }
  }
  return rows;
}

const execNames = new Set(['exec', 'startExec', 'run']);
const fileNames = new Set(['write', 'mkdir', 'move', 'remove', 'upload', 'read', 'list', 'download']);

function callRow(event: Event<'call.asked'>): Row {
  const { name, summary } = event.data;
  const kind: RowKind = execNames.has(name)
    ? 'exec'
    : fileNames.has(name)
      ? 'files'
      : name.includes('checkpoint') || name.includes('restore')
        ? 'checkpoint'
        : 'call';
  return { ...base(event, kind, 'calls'), title: name, detail: detailOf(name, summary), state: 'running' };
}

function endCall(row: Row, event: Event<'call.ended'>): Row {
  const { ok, durationMs, error } = event.data;
  const code = event.data.result?.['code'];
  const exited = typeof code === 'number' && code !== 0;
  const said = isPlain(event.data.summary, row) ? null : event.data.summary;
  const outcome = error?.message ?? (exited ? `exit ${code}` : said);
  const failed = !ok || exited || event.data.result?.['timedOut'] === true;
  return { ...row, state: failed ? 'failed' : 'done', outcome, durationMs };
}

/** Outcomes that say no more than that it worked. */
const isPlain = (summary: string, row: Row): boolean =>
  ['', 'exit 0', 'ok', 'sent', 'removed', row.title, row.detail].includes(summary);

interface Changes extends Row {
  readonly count: number;
  readonly first: string;
}

function changesRow(event: Event<'file.changed'>): Changes {
  const [first] = event.data.changes;
  const count = event.data.changes.length;
  return {
    ...base(event, 'files', 'files'),
    title: titleOf(count, first?.kind ?? 'modified'),
    detail: shortPath(first?.path ?? ''),
    outcome: event.data.dropped > 0 ? `${event.data.dropped} names lost` : null,
    count,
    first: first?.path ?? '',
  };
}

function mergeChanges(row: Row, event: Event<'file.changed'>): Changes {
  const before = row as Changes;
  const count = before.count + event.data.changes.length;
  return { ...before, wallMs: event.wallMs, count, title: titleOf(count, 'modified'), detail: shortPath(before.first) };
}

/** The user's home as a shell would write it. */
const shortPath = (path: string): string => path.replace(/^\/home\/user(?=\/|$)/, '~');

const titleOf = (count: number, kind: string): string => (count === 1 ? kind : `${count} files changed`);

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
    case 'checkpoint.created':
      return {
        ...base(event, 'checkpoint', 'calls'),
        title: `Checkpoint #${event.data.number}`,
        detail: event.data.memory ? 'files + memory' : 'files',
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
    case 'recorder.gap':
      return {
        ...base(event, 'gap', 'machine'),
        title: 'not recorded',
        detail: event.data.track,
        outcome: event.data.reason,
        state: 'failed',
      };
    default:
      return undefined;
  }
}

/** What it is now, or what someone did to it. */
const phaseTitles: Partial<Record<Event<'sandbox.phase'>['data']['to'], readonly [state: string, act: string]>> = {
  running: ['thawed', 'thawed it'],
  frozen: ['frozen', 'froze it'],
  dead: ['ended', 'ended it'],
  failed: ['failed', 'failed'],
};

function base(event: LogEvent, kind: RowKind, group: Group): Row {
  return {
    key: event.seq,
    wallMs: event.wallMs,
    actor: event.actor,
    by: event.by,
    kind,
    group,
    title: '',
    detail: '',
    outcome: null,
    state: 'done',
    durationMs: null,
  };
}

export type Filter = 'all' | Group | 'errors';

export function filterRows(rows: readonly Row[], filter: Filter): readonly Row[] {
  if (filter === 'all') return rows;
  return rows.filter((row) => (filter === 'errors' ? row.state === 'failed' : row.group === filter));
}
