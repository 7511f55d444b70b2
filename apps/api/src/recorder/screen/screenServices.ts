import type { Miniature, SandboxId, Still, TokenId } from '@sandglass/protocol';
import type { Caller } from '../../services.ts';

/** One viewer of a screen; it acknowledges what it drew and gets every update its link can carry. */
export interface ScreenViewer {
  /** Whose it is: during a private moment only who wants it sees the screen. */
  readonly token?: TokenId | undefined;
  /** Messages come encoded (protocol/screen.ts): the same buffer goes to every viewer. */
  readonly onMessage: (encoded: Uint8Array, message: { seq: number; atUs: number }) => void;
  readonly onClipboard: (text: string) => void;
  readonly onEnded: (reason: string) => void;
}

export interface ScreenHandle {
  ack(seq: number): void;
  close(): void;
}

export interface ScreenInput {
  pointer(x: number, y: number, buttons: number): void;
  key(keysym: number, down: boolean): void;
  clipboard(text: string): void;
  resize(width: number, height: number): void;
  /** Releases what this viewer holds down. */
  release(): void;
}

export interface ScreenService {
  /** First frame is the live set (or what follows `resumeFrom`); `notSupported` when the sandbox has no screen. */
  watch(sandbox: SandboxId, viewer: ScreenViewer, resumeFrom?: number): Promise<ScreenHandle>;
  input(caller: Caller, sandbox: SandboxId): Promise<ScreenInput>;
  /** @throws AppError `wrongState` during a private moment of somebody else. */
  png(sandbox: SandboxId, by?: TokenId): Promise<Uint8Array>;
}

export interface ThumbnailViewer {
  /** A JPEG file and the position that it shows. */
  readonly onPicture: (picture: Still & { readonly jpeg: Uint8Array }) => void;
  /** Of a sandbox without a screen. */
  readonly onMiniature: (miniature: Miniature | null, seq: number) => void;
}

export interface ThumbnailService {
  /** The newest picture at once, then at most two a second while it changes. Resolves to what stops it. */
  watch(sandbox: SandboxId, viewer: ThumbnailViewer): Promise<() => void>;
  /** Of the recording, also of an ended sandbox. `toUs` undefined = now. */
  stills(
    sandbox: SandboxId,
    range: { fromUs: number; toUs: number | undefined; count: number },
  ): Promise<{ items: Still[]; total: number; nowUs: number }>;
  /** The one that showed at a moment; `isFinal`: that will never be another one. */
  still(sandbox: SandboxId, atUs: number): Promise<{ still: Still & { readonly jpeg: Uint8Array }; isFinal: boolean }>;
}
