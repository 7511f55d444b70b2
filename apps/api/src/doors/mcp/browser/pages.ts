/** The tabs of a sandbox's browser, which is started if need be, and the one that an agent is at. */
import type { SandboxId } from '@sandglass/protocol';
import { Cdp } from '../../../devtools/cdp.ts';
import type { Caller, Services } from '../../../services.ts';
import { openChromium } from '../../acts/chromium.ts';
import type { Pause } from '../../acts/pause.ts';

export interface PagesOptions {
  readonly services: Services;
  readonly caller: Caller;
  readonly sandbox: SandboxId;
  readonly pause: Pause;
}

export interface Page {
  readonly target: string;
  readonly session: string;
}

/** A slow page is looked at as far as it is. */
export const LOAD_MS = 15_000;
/** A large page's accessibility tree is some megabytes. */
const MAX_MESSAGE_BYTES = 64 * 1_048_576;
const HANDSHAKE_MS = 30_000;
const LOOK_MS = 100;

export class Pages {
  readonly #options: PagesOptions;
  #cdp: Promise<Cdp> | null = null;
  #page: Page | null = null;
  #seen: readonly string[] = [];
  #stops: (() => void)[] = [];
  readonly #waiting = new Set<() => void>();
  /** What the page asks in a box of its own; until it is answered, the page stands still. */
  dialog: string | null = null;

  constructor(options: PagesOptions) {
    this.#options = options;
  }

  get target(): string | undefined {
    return this.#page?.target;
  }

  forget(): void {
    this.#page = null;
    this.dialog = null;
  }

  close(): void {
    void this.#cdp?.then(
      (cdp) => cdp.close(),
      () => {},
    );
    this.#cdp = null;
    this.forget();
  }

  async connect(): Promise<Cdp> {
    const known = await this.#cdp?.catch(() => null);
    if (known?.isOpen) return known;
    this.forget();
    const opening = openChromium({
      ...this.#options,
      maxMessageBytes: MAX_MESSAGE_BYTES,
      handshakeMs: HANDSHAKE_MS,
      holdsTabs: false,
    }).then((socket) => new Cdp(socket));
    this.#cdp = opening;
    opening.catch(() => {
      if (this.#cdp === opening) this.#cdp = null;
    });
    return await opening;
  }

  /** In the order in which they were first seen; the browser has none. */
  async targets(cdp: Cdp): Promise<{ targetId: string; title: string; url: string }[]> {
    const { targetInfos } = (await cdp.send('Target.getTargets')) as {
      targetInfos: { targetId: string; type: string; title: string; url: string }[];
    };
    const tabs = targetInfos.filter(({ type, url }) => type === 'page' && !url.startsWith('devtools:'));
    this.#seen = [...new Set([...this.#seen, ...tabs.map(({ targetId }) => targetId)])].filter((known) =>
      tabs.some(({ targetId }) => targetId === known),
    );
    return tabs.sort((a, b) => this.#seen.indexOf(a.targetId) - this.#seen.indexOf(b.targetId));
  }

  /** The tab the agent is at. */
  async open(): Promise<{ cdp: Cdp; page: Page }> {
    const cdp = await this.connect();
    const tabs = await this.targets(cdp);
    if (!this.#page || !tabs.some(({ targetId }) => targetId === this.#page?.target)) {
      const target =
        tabs[0]?.targetId ?? String((await cdp.send('Target.createTarget', { url: 'about:blank' }))['targetId']);
      await this.attach(cdp, target);
    }
    return { cdp, page: this.#page as unknown as Page };
  }

  async attach(cdp: Cdp, target: string): Promise<void> {
    if (this.#page?.target === target) return;
    const { sessionId } = (await cdp.send('Target.attachToTarget', { targetId: target, flatten: true })) as {
      sessionId: string;
    };
    this.#leave(cdp);
    this.#page = { target, session: sessionId };
    this.dialog = null;
    this.#stops = [
      cdp.on('Page.javascriptDialogOpening', ({ type, message }, session) => {
        if (session !== sessionId) return;
        this.dialog = `${String(type)}: ${String(message).slice(0, 500)}`;
        for (const hear of this.#waiting) hear();
      }),
      cdp.on('Page.javascriptDialogClosed', (_, session) => {
        if (session === sessionId) this.dialog = null;
      }),
    ];
    await cdp.send('Page.enable', {}, sessionId);
  }

  /** Input is answered when the page is done with it; while it asks something in a box, that is only afterwards. */
  async orDialog(input: Promise<unknown>): Promise<void> {
    let hear = () => {};
    const asked = new Promise<void>((resolve) => {
      hear = resolve;
    });
    this.#waiting.add(hear);
    // What comes of it after the box is nobody's concern any more.
    input.catch(() => {});
    try {
      await Promise.race([input, asked]);
    } finally {
      this.#waiting.delete(hear);
    }
  }

  /** Or as far as it came. */
  async loaded(cdp: Cdp, page: Page): Promise<void> {
    for (let waitedMs = 0; waitedMs < LOAD_MS && this.dialog === null; waitedMs += LOOK_MS) {
      const { result } = (await cdp
        .send('Runtime.evaluate', { expression: 'document.readyState', returnByValue: true }, page.session)
        .catch(() => ({ result: {} }))) as { result: { value?: string } };
      if (result.value === 'complete') return;
      await this.#options.pause(LOOK_MS);
    }
  }

  async where(cdp: Cdp, page: Page): Promise<string> {
    const tab = (await this.targets(cdp)).find(({ targetId }) => targetId === page.target);
    return `${tab?.title || 'untitled'} — ${tab?.url ?? ''}`;
  }

  #leave(cdp: Cdp): void {
    for (const stop of this.#stops) stop();
    // It may be gone already.
    if (this.#page) cdp.send('Target.detachFromTarget', { sessionId: this.#page.session }).catch(() => {});
  }
}
