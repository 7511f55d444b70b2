/**
 * The browser of one sandbox, whenever there is one:
 *
 * looking    → connecting, every LOOK_MS and when somebody says that there is one now
 * connecting → watching, when it answers; → looking, when nothing listens or the sandbox stands still
 * watching   → looking, when the connection ends (the browser ended, the sandbox was put back)
 * each       → ended
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { Cdp } from '../../devtools/cdp.ts';
import { DEBUGGER_PORT, openDebugger } from '../../devtools/debuggerSocket.ts';
import type { OtherClients } from '../../devtools/otherClients.ts';
import type { SandboxLog } from '../log.ts';
import { PageWatch } from './pageWatch.ts';

export interface BrowserSource {
  /** A stream to a port of the sandbox's loopback; rejects while nothing listens, or while it stands still: nothing wakes it. */
  connect(port: number): Promise<Duplex>;
  readonly log: SandboxLog;
  /** Wall time of the last thing that was recorded before. */
  readonly heardMs: number;
  readonly others: OtherClients;
}

/** A browser that is watched: who shows its pages builds on it. */
export interface Watched {
  readonly cdp: Cdp;
  readonly pages: PageWatch;
  readonly headless: boolean;
}

export interface BrowserWatchOptions {
  readonly source: BrowserSource;
  readonly lookMs: number;
  readonly nowMs: () => number;
  readonly schedule: (work: () => void, afterMs: number) => () => void;
  /** Called with it when it is there, and with null when it is gone. */
  readonly onBrowser: (watched: Watched | null) => void;
  readonly open?: (source: BrowserSource) => Promise<WebSocket>;
}

/** A line or a title longer than this is not heard. */
const MAX_MESSAGE_BYTES = 32 * 1_048_576;
const HANDSHAKE_MS = 30_000;
/** The code of a socket that was closed for a message that is too long. */
const TOO_LONG = 1009;

const openSocket = (source: BrowserSource): Promise<WebSocket> =>
  openDebugger({
    connect: () => source.connect(DEBUGGER_PORT),
    maxMessageBytes: MAX_MESSAGE_BYTES,
    handshakeMs: HANDSHAKE_MS,
  });

export class BrowserWatch {
  readonly #options: BrowserWatchOptions;
  #phase: 'looking' | 'connecting' | 'watching' | 'ended' = 'looking';
  #stopWaiting: (() => void) | null = null;
  #watched: Watched | null = null;
  #hearsConsole = true;
  #heardMs: number;

  constructor(options: BrowserWatchOptions) {
    this.#options = options;
    this.#heardMs = options.source.heardMs;
    this.#wait();
  }

  get watched(): Watched | null {
    return this.#watched;
  }

  /** There may be one now. */
  look(): void {
    if (this.#phase !== 'looking') return;
    this.#stopWaiting?.();
    this.#stopWaiting = null;
    this.#phase = 'connecting';
    this.#connect().catch(() => {
      // The one that said too much is gone.
      this.#hearsConsole = true;
      this.#lookAgain();
    });
  }

  close(): void {
    this.#phase = 'ended';
    this.#stopWaiting?.();
    this.#leave();
  }

  #wait(): void {
    this.#phase = 'looking';
    this.#stopWaiting = this.#options.schedule(() => this.look(), this.#options.lookMs);
  }

  #lookAgain(): void {
    if (this.#phase !== 'ended') this.#wait();
  }

  async #connect(): Promise<void> {
    const { source, nowMs, schedule, open = openSocket } = this.#options;
    const socket = await open(source);
    const cdp = new Cdp(socket);
    if (this.#phase === 'ended') {
      cdp.close();
      return;
    }
    const pages = new PageWatch({
      cdp,
      log: source.log,
      heardMs: this.#heardMs,
      hearsConsole: this.#hearsConsole,
      others: source.others,
      nowMs,
      schedule,
    });
    let headless = false;
    cdp.onEnd((code) => {
      if (this.#phase === 'ended') return;
      if (code === TOO_LONG) this.#tooLong(source.log);
      this.#heardMs = nowMs();
      pages.close('its connection ended');
      this.#leave();
      this.#lookAgain();
    });
    try {
      ({ headless } = await pages.start());
    } catch {
      // Its end, which is sure now, leads back to looking.
      cdp.close();
      return;
    }
    if (this.#phase !== 'connecting' || !cdp.isOpen) return;
    this.#phase = 'watching';
    this.#watched = { cdp, pages, headless };
    this.#options.onBrowser(this.#watched);
  }

  #leave(): void {
    const watched = this.#watched;
    this.#watched = null;
    if (watched === null) return;
    watched.pages.close();
    watched.cdp.leave();
    this.#options.onBrowser(null);
  }

  #tooLong(log: SandboxLog): void {
    this.#hearsConsole = false;
    const reason = 'a page logged a line too long to be taken in; what pages log is not heard until the next browser';
    try {
      log.append({ kind: 'recorder.gap', actor: 'system', data: { track: 'console', reason } });
    } catch {
      // The log was closed meanwhile.
    }
  }
}
