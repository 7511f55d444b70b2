/** One tab: what was told of it, and how much more may be. */
import { type LogLevel, MAX_LOGGED, MAX_TITLE, type NewLogEvent, type PageDialog } from '@sandglass/protocol';
import { cut, shownAddress } from './address.ts';
import type { Logged } from './console.ts';
import { Pace } from './pace.ts';
import type { Requested } from './requests.ts';

export interface Target {
  readonly url: string;
  readonly title: string;
}

export interface Dialog {
  readonly dialog: PageDialog;
  readonly message: string;
  readonly given: string | null;
}

export interface OnePageOptions {
  readonly page: string;
  readonly append: (event: NewLogEvent) => void;
  readonly redact: <T>(value: T) => T;
  readonly nowMs: () => number;
  /** Something is kept back: `flush` is due in a while. */
  readonly wait: () => void;
}

/** A page may log ten thousand lines a second: people read a few of them, and the count of the rest. Errors have room of their own. */
const LINES = { burst: 60, perSecond: 20 };
const ERRORS = { burst: 60, perSecond: 20 };
/** A large page asks for some hundreds of things at once. */
const REQUESTS = { burst: 300, perSecond: 40 };
const FAILURES = { burst: 60, perSecond: 20 };
const MOVES = { burst: 20, perSecond: 5 };
const DIALOGS = { burst: 20, perSecond: 5 };
/** A title that ticks. */
const TITLES = { burst: 3, perSecond: 0.5 };

const system = { actor: 'system' } as const;

export class OnePage {
  readonly #options: OnePageOptions;
  readonly #lines: Pace;
  readonly #errors: Pace;
  readonly #requests: Pace;
  readonly #failures: Pace;
  readonly #moves: Pace;
  readonly #titles: Pace;
  readonly #dialogs: Pace;
  /** What it asks now; a page may ask again and again. */
  #dialog: Dialog | null = null;
  #isDialogTold = true;
  #told: Target;
  #now: Target;
  /** The last line, and how often it came again since it was told. */
  #last: { readonly key: string; readonly line: Logged; again: number } | null = null;

  constructor(options: OnePageOptions, { target, opener }: { target: Target; opener: string | null }) {
    this.#options = options;
    const pace = (rate: { burst: number; perSecond: number }) => new Pace({ ...rate, nowMs: options.nowMs });
    this.#lines = pace(LINES);
    this.#errors = pace(ERRORS);
    this.#requests = pace(REQUESTS);
    this.#failures = pace(FAILURES);
    this.#moves = pace(MOVES);
    this.#titles = pace(TITLES);
    this.#dialogs = pace(DIALOGS);
    this.#told = this.#now = this.#shown(target);
    options.append({ ...system, kind: 'page.opened', data: { page: options.page, ...this.#now, opener } });
  }

  get now(): Target {
    return this.#now;
  }

  /** What it asks now. */
  get dialog(): Dialog | null {
    return this.#dialog;
  }

  /** Everything again: somebody who sees only what comes now must know of it. */
  retell(): void {
    this.#told = this.#now;
    const { append, page } = this.#options;
    append({ ...system, kind: 'page.opened', data: { page, ...this.#now, opener: null } });
  }

  /** Returns whether it shows another address. */
  changed(target: Target): boolean {
    const before = this.#now.url;
    this.#now = this.#shown(target);
    this.#tell();
    return this.#now.url !== before;
  }

  closed(crashed: boolean): void {
    this.flush();
    const { append, page } = this.#options;
    append({ ...system, kind: 'page.closed', data: { page, crashed } });
  }

  /** Whether a line of this kind would be kept; when not, it is counted, and need not be read. */
  hasRoomFor(kind: 'error' | 'other'): boolean {
    const pace = kind === 'error' ? this.#errors : this.#lines;
    if (pace.hasRoom) return true;
    pace.miss();
    this.#options.wait();
    return false;
  }

  logged(line: Logged): void {
    const key = `${line.level} ${line.source} ${line.at?.url}:${line.at?.line}:${line.at?.column} ${line.text}`;
    if (this.#last?.key === key) {
      this.#last.again++;
      this.#options.wait();
      return;
    }
    this.#tellAgain();
    if ((isError(line.level) ? this.#errors : this.#lines).take()) {
      this.#last = { key, line, again: 0 };
      this.#write(line, 1);
    } else this.#options.wait();
  }

  requested({ url, method, type, error, ...rest }: Requested): void {
    const failed = error !== null || (rest.status ?? 0) >= 400;
    if (!(failed ? this.#failures : this.#requests).take()) {
      this.#options.wait();
      return;
    }
    const { append, redact, page } = this.#options;
    const data = {
      page,
      method: cut(method, 32),
      url: shownAddress(redact(url)),
      type: cut(type, 32),
      error: error === null ? null : cut(error, 200),
      ...rest,
    };
    append({ ...system, kind: 'page.requested', data });
  }

  asks(asked: Dialog): void {
    const { redact } = this.#options;
    const message = cut(redact(asked.message), MAX_LOGGED);
    const given = asked.given === null ? null : cut(redact(asked.given), MAX_LOGGED);
    this.#dialog = { dialog: asked.dialog, message, given };
    if (this.#dialogs.take()) this.#tellDialog(this.#dialog, 'opened');
    else this.#isDialogTold = false;
  }

  answered(state: 'accepted' | 'dismissed'): void {
    const asked = this.#dialog;
    this.#dialog = null;
    if (asked && this.#isDialogTold) this.#tellDialog(asked, state);
    this.#isDialogTold = true;
  }

  #tellDialog(asked: Dialog, state: 'opened' | 'accepted' | 'dismissed'): void {
    const { append, page } = this.#options;
    append({ ...system, kind: 'page.dialog', data: { page, ...asked, state } });
  }

  /** What was kept back and what was too much. Returns whether something still waits. */
  flush(): boolean {
    const { append, page } = this.#options;
    this.#tellAgain();
    const logged = this.#lines.takeMissed() + this.#errors.takeMissed();
    const requested = this.#requests.takeMissed() + this.#failures.takeMissed();
    if (logged + requested > 0) append({ ...system, kind: 'page.missed', data: { page, logged, requested } });
    this.#tell();
    return this.#told !== this.#now;
  }

  #tell(): void {
    const { url, title } = this.#now;
    const moved = url !== this.#told.url;
    if (!moved && title === this.#told.title) {
      this.#told = this.#now;
      return;
    }
    if (!(moved ? this.#moves : this.#titles).take()) {
      this.#options.wait();
      return;
    }
    this.#told = this.#now;
    const { append, page } = this.#options;
    append({ ...system, kind: 'page.navigated', data: { page, url, title, moved } });
  }

  #tellAgain(): void {
    const last = this.#last;
    if (last === null || last.again === 0) return;
    this.#write(last.line, last.again);
    last.again = 0;
  }

  #write({ level, source, text, at }: Logged, times: number): void {
    const { append, redact, page } = this.#options;
    const data = { page, level, source, text: cut(redact(text), MAX_LOGGED), at, times };
    append({ ...system, kind: 'page.logged', data });
  }

  #shown({ url, title }: Target): Target {
    const { redact } = this.#options;
    return { url: shownAddress(redact(url)), title: cut(redact(title), MAX_TITLE) };
  }
}

const isError = (level: LogLevel): boolean => level === 'error';
