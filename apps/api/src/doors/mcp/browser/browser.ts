/** The browser of a sandbox as one agent uses it: which tab it is at, and what the refs of its last snapshot mean. */
import { AppError, type SandboxId } from '@sandglass/protocol';
import { z } from 'zod';
import type { AskedCall, Caller, Services } from '../../../services.ts';
import { type Asking, answerInWords } from '../../acts/asking.ts';
import type { Hand } from '../../acts/hand.ts';
import type { Pause } from '../../acts/pause.ts';
import { fillElement, findOnScreen, isPassword, middleOf } from './element.ts';
import { LOAD_MS, Pages } from './pages.ts';
import { type AxNode, tellPage } from './snapshot.ts';

export interface BrowserOptions {
  readonly services: Services;
  readonly caller: Caller;
  readonly sandbox: SandboxId;
  readonly hand: Hand;
  readonly pause: Pause;
}

/** After an act: what it sets off mostly begins within this. */
const SETTLE_MS = 300;

const Url = z.string().min(1).max(8192);
const Ref = z.string().regex(/^e\d{1,6}$/);
export const Navigate = z.object({ url: Url });
export const Click = z.object({ ref: Ref, times: z.number().int().min(1).max(2) });
export const Fill = z.object({ ref: Ref, text: z.string().max(100_000), submit: z.boolean() });
export const Evaluate = z.object({ expression: z.string().min(1).max(100_000) });

export class Browser {
  readonly #options: BrowserOptions;
  readonly #pages: Pages;
  /** The tab that was told last, and its elements. */
  #told: string | undefined;
  #refs: ReadonlyMap<string, number> = new Map();
  #names = new Map<string, string>();

  constructor(options: BrowserOptions) {
    this.#options = options;
    this.#pages = new Pages(options);
  }

  async navigate(given: z.infer<typeof Navigate>, asking: Asking): Promise<string> {
    return await this.#pass(
      'navigate',
      given,
      { schema: Navigate, summary: ({ url }) => url },
      asking,
      async ({ url }) => {
        const { cdp, page } = await this.#pages.open();
        const full = /^[a-z][a-z0-9+.-]*:/i.test(url) && !/^localhost:/i.test(url) ? url : `http://${url}`;
        const { errorText } = await cdp.send('Page.navigate', { url: full }, page.session);
        if (errorText)
          throw new AppError(
            'unprocessable',
            `${full} could not be opened: ${String(errorText)}. Only allowed hosts and the sandbox’s own ports can be reached.`,
          );
        await this.#pages.loaded(cdp, page);
        return await this.#pages.where(cdp, page);
      },
    );
  }

  async history(direction: 'back' | 'forward' | 'reload', asking: Asking): Promise<string> {
    return await this.#pass('history', { direction }, { summary: (given) => given.direction }, asking, async () => {
      const { cdp, page } = await this.#pages.open();
      const script = direction === 'reload' ? 'location.reload()' : `history.${direction}()`;
      await cdp.send('Runtime.evaluate', { expression: script }, page.session);
      await this.#options.pause(SETTLE_MS);
      await this.#pages.loaded(cdp, page);
      return await this.#pages.where(cdp, page);
    });
  }

  async snapshot(asking: Asking): Promise<string> {
    return await this.#pass('snapshot', {}, { summary: () => '', reads: true }, asking, async () => await this.#tell());
  }

  async click(given: z.infer<typeof Click>, asking: Asking): Promise<string> {
    return await this.#pass(
      'click',
      given,
      { schema: Click, summary: ({ ref, times }) => `${this.#nameOf(ref)}${times === 2 ? ' double' : ''}` },
      asking,
      async ({ ref, times }) => {
        const { cdp, page } = await this.#pages.open();
        const at = await middleOf({ cdp, page, node: this.#node(ref) });
        // The pointer goes there too, so that who watches sees where.
        const onScreen = await findOnScreen({ cdp, page }, at);
        if (onScreen) await this.#options.hand.move(onScreen);
        const mouse = (type: string, clickCount: number) =>
          this.#pages.orDialog(
            cdp.send(
              'Input.dispatchMouseEvent',
              { type, ...at, button: type === 'mouseMoved' ? 'none' : 'left', clickCount },
              page.session,
            ),
          );
        await mouse('mouseMoved', 0);
        for (let n = 1; n <= times; n++) {
          await mouse('mousePressed', n);
          await mouse('mouseReleased', n);
        }
        return await this.#after();
      },
    );
  }

  async fill(given: z.infer<typeof Fill>, asking: Asking): Promise<string> {
    const isSecret = await this.#isSecret(given.ref);
    // Before the call is told: then it stands nowhere in the recording.
    if (isSecret) this.#options.services.sandboxes.log(this.#options.sandbox).redactor.add(given.text);
    return await this.#pass(
      'fill',
      given,
      { schema: Fill, summary: ({ ref, text }) => `${this.#nameOf(ref)} ← ${isSecret ? '••••' : text}` },
      asking,
      async ({ ref, text, submit }) => {
        const { cdp, page } = await this.#pages.open();
        await fillElement({ cdp, page, node: this.#node(ref) }, text, this.#nameOf(ref));
        if (submit)
          for (const type of ['keyDown', 'keyUp'])
            await this.#pages.orDialog(
              cdp.send(
                'Input.dispatchKeyEvent',
                {
                  type,
                  key: 'Enter',
                  code: 'Enter',
                  windowsVirtualKeyCode: 13,
                  ...(type === 'keyDown' ? { text: '\r' } : {}),
                },
                page.session,
              ),
            );
        return await this.#after();
      },
    );
  }

  async evaluate(given: z.infer<typeof Evaluate>, asking: Asking): Promise<string> {
    return await this.#pass(
      'evaluate',
      given,
      { schema: Evaluate, summary: ({ expression }) => expression },
      asking,
      async ({ expression }) => {
        const { cdp, page } = await this.#pages.open();
        const { result, exceptionDetails } = (await cdp.send(
          'Runtime.evaluate',
          { expression, awaitPromise: true, returnByValue: true, userGesture: true, timeout: LOAD_MS },
          page.session,
        )) as {
          result: { value?: unknown; description?: string; type?: string };
          exceptionDetails?: { text?: string; exception?: { description?: string } };
        };
        if (exceptionDetails)
          throw new AppError(
            'unprocessable',
            `The page threw: ${(exceptionDetails.exception?.description ?? exceptionDetails.text ?? 'something').slice(0, 4000)}`,
          );
        return result.value === undefined
          ? (result.description ?? String(result.type))
          : JSON.stringify(result.value, null, 2);
      },
    );
  }

  /** Which there are; opens, closes or turns to one of them. */
  async tabs(what: { open?: string; close?: number; turnTo?: number }, asking: Asking): Promise<string> {
    const summary =
      what.open !== undefined
        ? `open ${what.open}`
        : what.close !== undefined
          ? `close ${what.close}`
          : what.turnTo !== undefined
            ? `turn to ${what.turnTo}`
            : '';
    return await this.#pass('tabs', what, { summary: () => summary, reads: summary === '' }, asking, async () => {
      const cdp = await this.#pages.connect();
      const tabs = await this.#pages.targets(cdp);
      const tab = (number: number) => {
        const found = tabs[number - 1];
        if (found) return found;
        throw new AppError('badRequest', `There are ${tabs.length} tabs.`);
      };
      if (what.open !== undefined) {
        const { targetId } = await cdp.send('Target.createTarget', { url: what.open });
        await this.#pages.attach(cdp, String(targetId));
        await this.#pages.open().then(({ page }) => this.#pages.loaded(cdp, page));
      } else if (what.close !== undefined) {
        const { targetId } = tab(what.close);
        if (tabs.length === 1)
          throw new AppError('unprocessable', 'This is the last tab; the browser would end with it.');
        await cdp.send('Target.closeTarget', { targetId });
        if (this.#pages.target === targetId) this.#pages.forget();
      } else if (what.turnTo !== undefined) {
        await this.#pages.attach(cdp, tab(what.turnTo).targetId);
        await cdp.send('Target.activateTarget', { targetId: tab(what.turnTo).targetId });
      }
      const now = await this.#pages.targets(cdp);
      const at = this.#pages.target ?? now[0]?.targetId;
      return now
        .map(
          ({ targetId, title, url }, n) => `${targetId === at ? '→' : ' '} ${n + 1}. ${title || 'untitled'} — ${url}`,
        )
        .join('\n');
    });
  }

  /** Answers what a page asks in a box of its own: alert, confirm, prompt, leaving it. */
  async dialog(accept: boolean, text: string | undefined, asking: Asking): Promise<string> {
    return await this.#pass(
      'dialog',
      { accept, ...(text === undefined ? {} : { text }) },
      { summary: (given) => (given.accept ? 'accept' : 'dismiss') },
      asking,
      async () => {
        const { cdp, page } = await this.#pages.open();
        await cdp.send(
          'Page.handleJavaScriptDialog',
          { accept, ...(text === undefined ? {} : { promptText: text }) },
          page.session,
        );
        this.#pages.dialog = null;
        return await this.#after();
      },
    );
  }

  close(): void {
    this.#pages.close();
  }

  readonly #isAsking = (): boolean => this.#pages.dialog !== null;

  async #pass<A extends Record<string, unknown>>(
    name: string,
    given: A,
    call: Pick<AskedCall<A, string>, 'summary' | 'reads'> & { schema?: { parse(value: unknown): A } },
    asking: Asking,
    work: (given: A) => Promise<string>,
  ): Promise<string> {
    const { services, caller, sandbox } = this.#options;
    return await services.calls.pass<A, string>(
      caller,
      sandbox,
      {
        name: `browser.${name}`,
        arguments: given,
        outcome: (result) => ({ summary: result.split('\n')[0]?.slice(0, 200) ?? '' }),
        answer: answerInWords,
        ...call,
        ...asking.told,
      },
      work,
      asking.signal,
    );
  }

  async #after(): Promise<string> {
    await this.#options.pause(SETTLE_MS);
    if (!this.#isAsking()) {
      const { cdp, page } = await this.#pages.open();
      await this.#pages.loaded(cdp, page);
    }
    return await this.#tell();
  }

  async #tell(): Promise<string> {
    if (this.#pages.dialog !== null)
      return `The page shows a box and waits (${this.#pages.dialog}). Answer it with browser_dialog.`;
    const { cdp, page } = await this.#pages.open();
    const { nodes } = (await cdp.send('Accessibility.getFullAXTree', {}, page.session)) as { nodes: AxNode[] };
    const { text, refs } = tellPage(nodes);
    this.#refs = refs;
    this.#told = page.target;
    this.#names = new Map(
      [...text.matchAll(/^\s*- (.*?) ?\[ref=(e\d+)\]$/gm)].map((match) => [match[2] as string, match[1] as string]),
    );
    return `${await this.#pages.where(cdp, page)}\n${text}`;
  }

  async #isSecret(ref: string): Promise<boolean> {
    const node = this.#refs.get(ref);
    if (node === undefined || this.#isAsking()) return false;
    return await isPassword({ ...(await this.#pages.open()), node });
  }

  #nameOf(ref: string): string {
    return this.#names.get(ref) ?? ref;
  }

  #node(ref: string): number {
    const node = this.#told === this.#pages.target ? this.#refs.get(ref) : undefined;
    if (node !== undefined) return node;
    throw new AppError(
      'badRequest',
      `There is no ${ref} in the last snapshot of this page. Take a browser_snapshot and use its refs.`,
    );
  }
}
