/** What a sandbox says of its windows → events that tell what changed, with all that is open. The log is what it compares with. */
import type { LogEvent, ScreenWindow, ScreenWindows } from '@sandglass/protocol';
import { mostTitleCharacters } from '@sandglass/protocol/guestFrame';
import { oneLine } from '../lib/bounded.ts';
import type { SandboxLog } from '../recorder/log.ts';

type Changed = Extract<LogEvent, { kind: 'windows.changed' }>['data'];

const MOST_APPLICATION = 64;
const none: ScreenWindows = { windows: [], active: null };

export class WindowTracker {
  readonly #log: () => SandboxLog;
  #seen: ScreenWindows | undefined;
  #written: ScreenWindows = none;

  constructor(log: () => SandboxLog) {
    this.#log = log;
  }

  /** As they are now. The same again, after a reconnection, is nothing new. */
  see(said: ScreenWindows): void {
    if (this.#seen === undefined) this.#begin();
    // Without secrets first: half of one is not found any more.
    this.#seen = this.#log().redact(cleaned(this.#log().redact(said)));
    this.#write();
  }

  /** Before a restart of the server others were seen. */
  #begin(): void {
    const log = this.#log();
    this.#written = this.#lastWritten();
    log.onEvent((event) => {
      if (event.kind === 'recorder.resumed') queueMicrotask(() => this.#restate());
    });
  }

  /** What changed in a private moment is not told; what is open after it is. */
  #restate(): void {
    const log = this.#log();
    if (log.capture.phase !== 'on') return;
    this.#written = this.#lastWritten();
    this.#write();
  }

  #lastWritten(): ScreenWindows {
    const last = this.#log().lastOf(['windows.changed']);
    return last?.kind === 'windows.changed' ? { windows: last.data.windows, active: last.data.active } : none;
  }

  #write(): void {
    const seen = this.#seen;
    const changed = seen && whatChanged(this.#written, seen);
    if (!seen || !changed) return;
    this.#written = seen;
    this.#log().append({ kind: 'windows.changed', actor: 'system', data: changed });
  }
}

/** Undefined: nothing. */
export function whatChanged(before: ScreenWindows, now: ScreenWindows): Changed | undefined {
  const earlier = new Map(before.windows.map((window) => [window.id, window]));
  const later = new Set(now.windows.map(({ id }) => id));
  // A number is given out again: another program's window is another window.
  const isSame = ({ id, application }: ScreenWindow) => earlier.get(id)?.application === application;
  const opened = now.windows.filter((window) => !isSame(window)).map(({ id }) => id);
  const closed = before.windows.filter(({ id }) => !later.has(id) || opened.includes(id));
  const titled = now.windows.flatMap((window) => {
    const was = earlier.get(window.id);
    return was !== undefined && isSame(window) && was.title !== window.title
      ? [{ id: window.id, before: was.title }]
      : [];
  });
  if (opened.length + closed.length + titled.length === 0 && before.active === now.active) return undefined;
  return { ...now, opened, closed, titled };
}

/** One line each, and each number once: a hostile program may say anything. */
function cleaned({ windows, active }: ScreenWindows): ScreenWindows {
  const known = new Map(
    windows.map(({ id, title, application }) => [
      id,
      { id, title: oneLine(title, mostTitleCharacters), application: oneLine(application, MOST_APPLICATION) },
    ]),
  );
  return { windows: [...known.values()], active: active !== null && known.has(active) ? active : null };
}
