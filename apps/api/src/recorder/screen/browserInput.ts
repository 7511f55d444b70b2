/**
 * A person's mouse and keyboard on a page without a window. What it is told comes as for X (one pointer, one keyboard). What a page
 * would open over itself (a list, a calendar, a file dialog) is in no picture and takes no clicks: a press on it is told instead of made.
 */
import type { PagePopup } from '@sandglass/protocol';
import type { Cdp } from '../../devtools/cdp.ts';
import type { SandboxLog } from '../log.ts';
import { cut } from '../pages/address.ts';
import { browserKeyOf } from './keysymKeys.ts';
import { findUnder, LOOK_MS } from './popupFinder.ts';
import { CHOOSE } from './popupScripts.ts';

export interface BrowserInputOptions {
  readonly cdp: Cdp;
  readonly page: string;
  readonly session: string;
  /** The session of a frame that has one of its own. */
  readonly frameOf: (frame: string) => string | undefined;
  readonly log: SandboxLog;
  readonly nowMs: () => number;
  /** What it shows may have changed without a frame. */
  readonly refresh: () => void;
}

const buttons = [
  [1, 'left', 1],
  [2, 'middle', 4],
  [4, 'right', 2],
] as const;
const wheels = [
  [8, 0, -100],
  [16, 0, 100],
  [32, -100, 0],
  [64, 100, 0],
] as const;
const DOUBLE_MS = 500;
const DOUBLE_PX = 5;
/** A file dialog comes within this of the press that asks for it. */
const FILES_MS = 5_000;
const PASTE = 'v';

type Open =
  | { readonly kind: 'element'; readonly session: string; readonly object: string }
  | { readonly kind: 'file'; readonly session: string; readonly node: number };

export class BrowserInput {
  readonly #options: BrowserInputOptions;
  #mask = 0;
  #modifiers = 0;
  #press: { readonly atMs: number; readonly x: number; readonly y: number; readonly clicks: number } | null = null;
  /** In the order in which it was done, while a press waits for what is under it. */
  #queue: Promise<void> = Promise.resolve();
  #clipboard = '';
  #open: Open | null = null;
  #filesTimer: NodeJS.Timeout | null = null;
  /** Of the page and its frames, while a press may lead to a file dialog. */
  #asking: readonly string[] = [];

  constructor(options: BrowserInputOptions) {
    this.#options = options;
  }

  pointer(x: number, y: number, mask: number): void {
    const before = this.#mask;
    this.#mask = mask;
    this.#queue = this.#queue.then(() => this.#pointer(x, y, before, mask));
  }

  key(keysym: number, down: boolean): void {
    this.#queue = this.#queue.then(() => this.#key(keysym, down));
  }

  offerClipboard(text: string): void {
    this.#clipboard = text;
  }

  /** A page without a window keeps the size that it was started with. */
  resize(): void {}

  close(): void {
    if (this.#filesTimer !== null) this.#endFiles();
    if (this.#open !== null) this.#tell(null);
    this.#open = null;
  }

  /** A page asks for files; only what a press here led to is for the person. */
  filesAsked({ backendNodeId, mode }: Record<string, unknown>, session: string): void {
    if (typeof backendNodeId !== 'number' || !this.#asking.includes(session)) return;
    const multiple = mode === 'selectMultiple';
    this.#open = { kind: 'file', session, node: backendNodeId };
    const { x, y } = this.#press ?? { x: 0, y: 0 };
    this.#tell({ kind: 'file', x, y, width: 0, height: 0, multiple, value: '', options: [] });
  }

  /** What was chosen in a popup; null closes it. Returns false when none is open. */
  async choose(values: readonly string[] | null): Promise<boolean> {
    const open = this.#open;
    if (open === null) return false;
    this.#open = null;
    this.#tell(null);
    if (values === null) return true;
    const { cdp } = this.#options;
    if (open.kind === 'file')
      await cdp.send('DOM.setFileInputFiles', { files: values, backendNodeId: open.node }, open.session);
    else
      await cdp.send(
        'Runtime.callFunctionOn',
        { objectId: open.object, functionDeclaration: CHOOSE, arguments: [{ value: values }], userGesture: true },
        open.session,
      );
    this.#options.refresh();
    return true;
  }

  async #pointer(x: number, y: number, before: number, mask: number): Promise<void> {
    const held = buttons.reduce((sum, [bit, , held]) => sum + (mask & bit ? held : 0), 0);
    if (mask === before) this.#mouse({ type: 'mouseMoved', x, y, button: buttonOf(mask), buttons: held });
    for (const [bit, deltaX, deltaY] of wheels)
      if (mask & ~before & bit) this.#mouse({ type: 'mouseWheel', x, y, deltaX, deltaY, buttons: held });
    for (const [bit, button] of buttons) {
      if (mask & ~before & bit) {
        if (button === 'left' && (await this.#opensPopup(x, y))) return;
        const clickCount = this.#countPress(x, y);
        this.#mouse({ type: 'mousePressed', x, y, button, clickCount, buttons: held });
      } else if (before & ~mask & bit) {
        const clickCount = this.#press?.clicks ?? 1;
        this.#mouse({ type: 'mouseReleased', x, y, button, clickCount, buttons: held });
        this.#options.refresh();
      }
    }
  }

  #countPress(x: number, y: number): number {
    const last = this.#press;
    const atMs = this.#options.nowMs();
    const near = last && Math.abs(last.x - x) <= DOUBLE_PX && Math.abs(last.y - y) <= DOUBLE_PX;
    const clicks = near && atMs - last.atMs < DOUBLE_MS ? last.clicks + 1 : 1;
    this.#press = { atMs, x, y, clicks };
    return clicks;
  }

  /** Under the press is what would open a list, a calendar or the like: it is told. Else a file dialog is waited for. */
  async #opensPopup(x: number, y: number): Promise<boolean> {
    const { session } = this.#options;
    const { found, sessions } = await findUnder(this.#options, { x, y }).catch(() => NOTHING);
    if (found !== null) {
      this.#open = { kind: 'element', session: found.session, object: found.object };
      this.#tell(found.popup);
      return true;
    }
    await this.#expectFiles(sessions.length === 0 ? [session] : sessions);
    return false;
  }

  /** Answered before the press: that goes another way through the browser, and may be there first. */
  async #expectFiles(sessions: readonly string[]): Promise<void> {
    if (this.#filesTimer !== null) clearTimeout(this.#filesTimer);
    this.#filesTimer = setTimeout(() => this.#endFiles(), FILES_MS);
    this.#filesTimer.unref();
    this.#asking = [...new Set([...this.#asking, ...sessions])];
    await Promise.all(sessions.map((session) => this.#intercept(session, true)));
  }

  #endFiles(): void {
    if (this.#filesTimer !== null) clearTimeout(this.#filesTimer);
    this.#filesTimer = null;
    for (const session of this.#asking) void this.#intercept(session, false);
    this.#asking = [];
  }

  async #intercept(session: string, enabled: boolean): Promise<void> {
    const { cdp, session: ofPage } = this.#options;
    const ask = (method: string, params = {}) => cdp.send(method, params, session, LOOK_MS).catch(() => {});
    // Of a frame apart nothing else of this kind is heard.
    const isApart = session !== ofPage;
    if (isApart && enabled) await ask('Page.enable');
    await ask('Page.setInterceptFileChooserDialog', { enabled });
    if (isApart && !enabled) await ask('Page.disable');
  }

  #key(keysym: number, down: boolean): void {
    const known = browserKeyOf(keysym);
    if (known === undefined) return;
    const { modifier, text, ...key } = known;
    if (modifier !== undefined) this.#modifiers = down ? this.#modifiers | modifier : this.#modifiers & ~modifier;
    const commands = this.#modifiers & ~8;
    // The page's own clipboard is the browser's; a person's is what they sent.
    if (down && (this.#modifiers & 2) !== 0 && key.key.toLowerCase() === PASTE && this.#clipboard !== '') {
      this.#send('Input.insertText', { text: this.#clipboard });
      return;
    }
    const writes = text !== undefined && commands === 0 ? { text, unmodifiedText: text } : {};
    const type = down ? ('text' in writes ? 'keyDown' : 'rawKeyDown') : 'keyUp';
    this.#send('Input.dispatchKeyEvent', { type, modifiers: this.#modifiers, ...key, ...(down ? writes : {}) });
  }

  #mouse(params: Record<string, unknown>): void {
    this.#send('Input.dispatchMouseEvent', { modifiers: this.#modifiers, ...params });
  }

  /** Answered when the page is done with it, which while it asks something is only afterwards. */
  #send(method: string, params: Record<string, unknown>): void {
    const { cdp, session } = this.#options;
    cdp.send(method, params, session).catch(() => {});
  }

  #tell(popup: PagePopup | null): void {
    const { log, page } = this.#options;
    const shown = popup ? log.redact({ ...popup, value: cut(popup.value, 1_000) }) : null;
    try {
      log.append({ kind: 'page.popup', actor: 'system', data: { page, popup: shown } });
    } catch {
      // The log was closed meanwhile.
    }
  }
}

const NOTHING = { found: null, sessions: [] };
const buttonOf = (mask: number): string => buttons.find(([bit]) => mask & bit)?.[1] ?? 'none';
