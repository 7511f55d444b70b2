/**
 * A person's mouse and keyboard on a page without a window. What it is told comes as for X (one pointer, one keyboard). What a page
 * would open over itself (a list, a calendar, a file dialog) is in no picture and takes no clicks: a press on it is told instead of made.
 */
import type { Cdp } from '../../devtools/cdp.ts';
import type { SandboxLog } from '../log.ts';
import { cut } from '../pages/address.ts';
import { browserKeyOf } from './keysymKeys.ts';
import { CHOOSE, POPUP_AT, readPopup } from './popupScripts.ts';

export interface BrowserInputOptions {
  readonly cdp: Cdp;
  readonly page: string;
  readonly session: string;
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
/** A page that does not answer gets the press as it is. */
const LOOK_MS = 700;
/** A file dialog comes within this of the press that asks for it. */
const FILES_MS = 5_000;
const PASTE = 'v';

type Open =
  | { readonly kind: 'element'; readonly object: string }
  | { readonly kind: 'file'; readonly node: number; readonly multiple: boolean };

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

  /** The page asks for files. */
  filesAsked({ backendNodeId, mode }: Record<string, unknown>): void {
    if (typeof backendNodeId !== 'number') return;
    const multiple = mode === 'selectMultiple';
    this.#open = { kind: 'file', node: backendNodeId, multiple };
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
    const { cdp, session } = this.#options;
    if (open.kind === 'file')
      await cdp.send('DOM.setFileInputFiles', { files: values, backendNodeId: open.node }, session);
    else
      await cdp.send(
        'Runtime.callFunctionOn',
        { objectId: open.object, functionDeclaration: CHOOSE, arguments: [{ value: values }], userGesture: true },
        session,
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
        if (button === 'left' && (await this.#isPopup(x, y))) return;
        if (button === 'left') await this.#expectFiles();
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

  /** Under the press is what would open a list, a calendar or the like. */
  async #isPopup(x: number, y: number): Promise<boolean> {
    const { cdp, session } = this.#options;
    try {
      const found = await cdp.send('Runtime.evaluate', { expression: POPUP_AT(x, y) }, session, LOOK_MS);
      const object = (found['result'] as { objectId?: unknown } | undefined)?.objectId;
      if (typeof object !== 'string') return false;
      const told = await cdp.send(
        'Runtime.callFunctionOn',
        { objectId: object, functionDeclaration: 'function () { return this.told; }', returnByValue: true },
        session,
        LOOK_MS,
      );
      const popup = readPopup((told['result'] as { value?: unknown } | undefined)?.value);
      if (popup === undefined) return false;
      this.#open = { kind: 'element', object };
      this.#tell(popup);
      return true;
    } catch {
      return false;
    }
  }

  /** Answered before the press: that goes another way through the browser, and may be there first. */
  async #expectFiles(): Promise<void> {
    if (this.#filesTimer !== null) clearTimeout(this.#filesTimer);
    this.#filesTimer = setTimeout(() => this.#endFiles(), FILES_MS);
    this.#filesTimer.unref();
    const { cdp, session } = this.#options;
    await cdp.send('Page.setInterceptFileChooserDialog', { enabled: true }, session, LOOK_MS).catch(() => {});
  }

  #endFiles(): void {
    if (this.#filesTimer !== null) clearTimeout(this.#filesTimer);
    this.#filesTimer = null;
    this.#send('Page.setInterceptFileChooserDialog', { enabled: false });
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

  #tell(popup: ReturnType<typeof readPopup> | null): void {
    const { log, page } = this.#options;
    const shown = popup ? log.redact({ ...popup, value: cut(popup.value, 1_000) }) : null;
    try {
      log.append({ kind: 'page.popup', actor: 'system', data: { page, popup: shown } });
    } catch {
      // The log was closed meanwhile.
    }
  }
}

const buttonOf = (mask: number): string => buttons.find(([bit]) => mask & bit)?.[1] ?? 'none';
