/** The browsers of all sandboxes that run, as long as they do. */
import type { SandboxId } from '@sandglass/protocol';
import { type BrowserSource, BrowserWatch, type Watched } from './browserWatch.ts';

export interface PageRecorder {
  /** Looks for a browser from now on, whether anybody asks or not. */
  start(sandbox: SandboxId, source: BrowserSource, options: { lookMs: number }): void;
  /** There may be one now. */
  look(sandbox: SandboxId): void;
  watched(sandbox: SandboxId): Watched | null;
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
    stop,
    close() {
      for (const sandbox of [...watches.keys()]) stop(sandbox);
    },
  };
}
