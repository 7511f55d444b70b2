/** The browsers of all sandboxes that run, as long as they do. */
import type { Duplex } from 'node:stream';
import { AppError, type SandboxId } from '@sandglass/protocol';
import { OtherClients } from '../../devtools/otherClients.ts';
import { type BrowserSource, BrowserWatch, type Watched } from './browserWatch.ts';

const UNTIL_EVERY_MS = 100;

export interface PageRecorder {
  /** Looks for a browser from now on, whether anybody asks or not. */
  start(sandbox: SandboxId, source: Omit<BrowserSource, 'others'>, options: { lookMs: number }): void;
  /** Somebody else speaks to one: it is there, and `stream` is theirs, unless they never hold a tab. */
  joined(sandbox: SandboxId, stream: Duplex | null): void;
  watched(sandbox: SandboxId): Watched | null;
  /** Somebody starts one: resolves when it is heard. @throws AppError `timeout` */
  until(sandbox: SandboxId, withinMs: number): Promise<Watched>;
  stop(sandbox: SandboxId): void;
  close(): void;
}

export function createPageRecorder(
  onBrowser: (sandbox: SandboxId, watched: Watched | null) => void = () => {},
): PageRecorder {
  const watches = new Map<SandboxId, BrowserWatch>();
  const others = new Map<SandboxId, OtherClients>();
  const othersOf = (sandbox: SandboxId): OtherClients => {
    const known = others.get(sandbox) ?? new OtherClients();
    others.set(sandbox, known);
    return known;
  };
  const leave = (sandbox: SandboxId): void => {
    watches.get(sandbox)?.close();
    watches.delete(sandbox);
  };
  const stop = (sandbox: SandboxId): void => {
    leave(sandbox);
    others.delete(sandbox);
  };
  return {
    start(sandbox, source, { lookMs }) {
      leave(sandbox);
      const watch = new BrowserWatch({
        source: { ...source, others: othersOf(sandbox) },
        lookMs,
        nowMs: Date.now,
        schedule: (work, afterMs) => {
          const timer = setTimeout(work, afterMs);
          timer.unref();
          return () => clearTimeout(timer);
        },
        onBrowser: (watched) => onBrowser(sandbox, watched),
      });
      watches.set(sandbox, watch);
    },
    joined(sandbox, stream) {
      const watch = watches.get(sandbox);
      if (watch && stream) othersOf(sandbox).enter(stream);
      watch?.look();
    },
    watched: (sandbox) => watches.get(sandbox)?.watched ?? null,
    until: async (sandbox, withinMs) => {
      const untilMs = performance.now() + withinMs;
      for (;;) {
        const watched = watches.get(sandbox)?.watched;
        if (watched) return watched;
        if (performance.now() > untilMs) throw new AppError('timeout', 'The browser did not start in time. Try again.');
        watches.get(sandbox)?.look();
        await new Promise((resolve) => setTimeout(resolve, UNTIL_EVERY_MS));
      }
    },
    stop,
    close() {
      for (const sandbox of [...watches.keys()]) stop(sandbox);
    },
  };
}
