/** What the sandboxes room asks of the recorder besides the log. */
import type { Duplex } from 'node:stream';
import type { SandboxId, TerminalId } from '@sandglass/protocol';
import type { ScreenService, TerminalSnapshot } from '../services.ts';
import type { SandboxLog } from './log.ts';
import type { Watched } from './pages/browserWatch.ts';
import type { BrowserInput } from './screen/browserInput.ts';
import type { MiniatureLines } from './terminal/cells.ts';
import type { ScreenThumbnail } from './thumbnails/screenThumbnail.ts';

export interface ScreenSource {
  /** A fresh RFB connection; rejects while X is not there. */
  open(): Promise<Duplex>;
  readonly log: SandboxLog;
}

/** For the sandboxes room, which knows when a screen comes and goes. */
export interface ScreenRecorder extends ScreenService {
  /** Connects (and connects again, as often as needed) and records from now on, whether anybody looks or not. */
  start(sandbox: SandboxId, source: ScreenSource): void;
  /** Of a sandbox without a desktop: its browser's pages are its screen. */
  startBrowser(sandbox: SandboxId, log: SandboxLog): void;
  /** The browser is there, or gone. Nothing where the screen is a desktop's. */
  showBrowser(sandbox: SandboxId, watched: Watched | null): void;
  browserInput(sandbox: SandboxId): BrowserInput | undefined;
  /** Its X was replaced (restore): connects anew at once. Freezing needs nothing: the picture stays. */
  reopen(sandbox: SandboxId): void;
  /** Viewers end with the reason; the last state is written. Call it before the log is closed. */
  stop(sandbox: SandboxId, reason: string): void;
  /** Undefined while there is no screen. */
  thumbnail(sandbox: SandboxId): Pick<ScreenThumbnail, 'last' | 'watch'> | undefined;
  close(): void;
}

export interface TerminalRecorder {
  /** The terminal as it is now, or was at its end. Any number of callers at once. */
  snapshot(log: SandboxLog, terminal: TerminalId): Promise<TerminalSnapshot>;
  /** What its screen shows now, as text. */
  miniature(log: SandboxLog, terminal: TerminalId): Promise<MiniatureLines>;
  /** Stores a live terminal's state from time to time. Stop it when the terminal ends and before its log is closed. */
  follow(log: SandboxLog, terminal: TerminalId): () => void;
  close(): void;
}
