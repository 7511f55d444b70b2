/**
 * Notices that the server has a newer console than this page. It asks for the server's page and looks which script it starts:
 * that works without a service worker, too (a console over plain HTTP has none). It never reloads by itself.
 */
import { Model } from './model.ts';

export interface VersionState {
  /** The server starts another script than this page. */
  readonly newer: boolean;
  /** How often a part of this page was asked for in vain. */
  readonly misses: number;
}

const CHECK_EACH_MS = 30 * 60_000;

export interface VersionSource {
  /** The script that this page was started by; undefined where nothing was built (`npm run dev`). */
  readonly own: string | undefined;
  /** The page as the server gives it now. */
  readPage(): Promise<string>;
}

/** The console's own entry in a page; a page of something else has none. */
export function findEntry(page: string): string | undefined {
  return /<script[^>]*\stype="module"[^>]*\ssrc="(\/assets\/[^"]+)"/.exec(page)?.[1];
}

export class NewVersionModel extends Model<VersionState> {
  readonly #source: VersionSource;
  #asking: Promise<void> | undefined;

  constructor(source: VersionSource) {
    super({ newer: false, misses: 0 });
    this.#source = source;
  }

  /** Asks the server, once at a time. A server that does not answer says nothing about its version. */
  check(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** A part of this page could not be had: most likely because the server has those of a newer build. */
  handleMissing(): void {
    this.set({ ...this.state, misses: this.state.misses + 1 });
    void this.check();
  }

  async #ask(): Promise<void> {
    if (this.#source.own === undefined || this.state.newer) return;
    try {
      const entry = findEntry(await this.#source.readPage());
      if (entry !== undefined && entry !== this.#source.own) this.set({ ...this.state, newer: true });
    } catch {
      // Not reachable: the connection's strip says so, and it is asked again when it is back.
    }
  }
}

const script = globalThis.document?.querySelector<HTMLScriptElement>('script[type="module"][src^="/assets/"]');

export const newVersion = new NewVersionModel({
  own: script?.getAttribute('src') ?? undefined,
  readPage: async () => {
    // Not `/index.html`, which the worker keeps.
    const answer = await fetch('/', { cache: 'no-store', headers: { accept: 'text/html' } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.text();
  },
});

let takeOver = () => {};

/** What is to be done when the page really goes, so that the next one is of the newer build. */
export function onReload(run: () => void): void {
  takeOver = run;
}

/**
 * The person asked for it. What is not saved makes the browser ask first; only when the page really goes does the new build
 * take over, so that staying keeps the files of the page that stays.
 */
export function reloadToNewVersion(): void {
  window.addEventListener('pagehide', () => takeOver(), { once: true });
  window.location.reload();
}

/** Looks, as long as the page lives: when it is looked at again, when the server came back, each half hour. */
export function watchVersion(model: NewVersionModel, page: Window, onBack: (back: () => void) => void): void {
  const check = () => void model.check();
  page.document.addEventListener('visibilitychange', () => page.document.visibilityState === 'visible' && check());
  onBack(check);
  setInterval(check, CHECK_EACH_MS);
}
