/** What became different in a sandbox since a place in its log: for an agent that was not the one who did it. */
import { posix } from 'node:path';
import { activeWindow, isNoisyPath, type LogEvent, type Notice, type ScreenWindow } from '@sandglass/protocol';
import type { SandboxLog } from '../recorder/log.ts';

const MOST_FILES = 100;
const MOST_WINDOWS = 20;
const MOST_PAGES = 20;
const PAGE = 1_000;

export type MeanwhileWindows = NonNullable<Notice['windows']>;

export interface Meanwhile {
  readonly files: string[];
  /** null: the desktop is as it was, or there is none. */
  readonly windows: MeanwhileWindows | null;
  /** The newest, each once. */
  readonly pages: string[];
}

export function changedSince(log: SandboxLog, sinceSeq: number): Meanwhile {
  const files = new Set<string>();
  const windows = new WindowsSince();
  const pages = new Set<string>();
  for (const event of eventsSince(log, sinceSeq)) {
    for (const path of pathsOf(event)) if (files.size < MOST_FILES && !isNoisyPath(path)) files.add(path);
    if (event.kind === 'windows.changed') windows.take(event);
    if (event.kind === 'page.opened' || (event.kind === 'page.navigated' && event.data.moved)) {
      pages.delete(event.data.url);
      if (/^(https?|file):/.test(event.data.url)) pages.add(event.data.url);
    }
  }
  return { files: [...files], windows: windows.list(), pages: [...pages].slice(-MOST_PAGES) };
}

const kinds = ['file.changed', 'call.asked', 'windows.changed', 'page.opened', 'page.navigated'] as const;

function* eventsSince(log: SandboxLog, sinceSeq: number): Iterable<LogEvent> {
  for (let from = sinceSeq + 1; ; ) {
    const events = log.eventsOf(kinds, from, PAGE);
    yield* events;
    const last = events.at(-1);
    if (!last || events.length < PAGE) return;
    from = last.seq + 1;
  }
}

/** Net: what opened and closed again is not told. */
class WindowsSince {
  #before: readonly ScreenWindow[] | undefined;
  #now: Extract<LogEvent, { kind: 'windows.changed' }>['data'] | undefined;
  readonly #gone = new Map<number, ScreenWindow>();

  take({ data }: Extract<LogEvent, { kind: 'windows.changed' }>): void {
    this.#before ??= [...data.windows.filter(({ id }) => !data.opened.includes(id)), ...data.closed];
    for (const window of data.closed) this.#gone.set(window.id, window);
    this.#now = data;
  }

  list(): MeanwhileWindows | null {
    if (this.#now === undefined) return null;
    const before = new Set(this.#before?.map(({ id }) => id));
    const now = new Set(this.#now.windows.map(({ id }) => id));
    const opened = this.#now.windows.filter(({ id }) => !before.has(id));
    const closed = [...this.#gone.values()].filter(({ id }) => before.has(id) && !now.has(id));
    const active = activeWindow(this.#now);
    return {
      opened: opened.slice(-MOST_WINDOWS).map(nameOf),
      closed: closed.slice(-MOST_WINDOWS).map(nameOf),
      active: active === undefined ? null : nameOf(active),
    };
  }
}

const nameOf = ({ title, application }: ScreenWindow): string => title || application || 'a window without a title';

const changing: ReadonlySet<string> = new Set(['write', 'mkdir', 'move', 'remove', 'trash', 'upload', 'revert']);

/** The system reports a change some moments after it was made; what a person asked for by name is known at once. */
function pathsOf(event: LogEvent): string[] {
  if (event.kind === 'file.changed') return event.data.changes.map(({ path, to }) => to ?? path);
  if (event.kind !== 'call.asked' || event.actor !== 'person' || !changing.has(event.data.name)) return [];
  const { path, to, paths } = event.data.arguments;
  return [path, to, ...(Array.isArray(paths) ? paths : [])].flatMap((one) =>
    typeof one === 'string' ? [posix.resolve('/home/user', one)] : [],
  );
}
