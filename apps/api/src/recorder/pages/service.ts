/** The browsers of all sandboxes that run, as long as they do. */
import { AppError, type SandboxId } from '@sandglass/protocol';
import { type BrowserSource, BrowserWatch, type Watched } from './browserWatch.ts';

const UNTIL_EVERY_MS = 100;

export interface PageRecorder {
  /** Looks for a browser from now on, whether anybody asks or not. */
  start(sandbox: SandboxId, source: BrowserSource, options: { lookMs: number }): void;
  /** There may be one now. */
  look(sandbox: SandboxId): void;
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
  const stop = (sandbox: SandboxId): void => {
    watches.get(sandbox)?.close();
    watches.delete(sandbox);
  };
  return {
    start(sandbox, source, { lookMs }) {
      stop(sandbox);
      const watch = new BrowserWatch({
        source,
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
    look: (sandbox) => watches.get(sandbox)?.look(),
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
