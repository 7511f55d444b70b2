import { frameKind, type PointerMark, type SandboxId } from '@sandglass/protocol';
import type { Requester } from '../http/requester.ts';
import type { Channel, ChannelEnd } from '../stream/channel.ts';
import type { Stream, SubscribeOptions } from '../stream/stream.ts';

export interface ScreenHandlers {
  /** One encoded screen message (protocol/screen.ts). Draw it, then `acknowledge` its seq. The first after a start is a whole live set. */
  readonly onMessage: (encoded: Uint8Array, position: { seq: number; atUs: number }) => void;
  /** The sandbox's clipboard changed. */
  readonly onClipboard?: (text: string) => void;
  /** Where somebody has the pointer, and which keys they strike; `own`: the hand of this very view. */
  readonly onCursor?: (mark: PointerMark & { readonly own?: boolean | undefined }) => void;
  readonly onRights?: (rights: { mayInput: boolean }) => void;
  readonly onLost?: () => void;
  readonly onRefused?: (error: Error) => void;
  readonly onEnded?: (end: ChannelEnd) => void;
}

/** One watched screen. Input is sent at once or not at all: false means nothing was sent. */
export interface ScreenView {
  /** `buttons` is the RFB mask: 1 left, 2 middle, 4 right, 8 to 64 wheel up, down, left, right. */
  pointer(x: number, y: number, buttons: number): boolean;
  key(keysym: number, down: boolean): boolean;
  /** Puts text on the sandbox's clipboard. */
  clipboard(text: string): boolean;
  resize(width: number, height: number): boolean;
  readonly mayInput: boolean;
  /** Everything up to this position is drawn. Without it the server soon waits. */
  acknowledge(seq: number): void;
  close(): void;
  [Symbol.dispose](): void;
}

export class Screen {
  readonly #sandbox: SandboxId;
  readonly #requester: Requester;
  readonly #stream: Stream;

  constructor(sandbox: SandboxId, requester: Requester, stream: Stream) {
    this.#sandbox = sandbox;
    this.#requester = requester;
    this.#stream = stream;
  }

  /** The screen now, as a PNG file. */
  image(options: { signal?: AbortSignal } = {}): Promise<Uint8Array> {
    return this.#requester.request('screenshot', { params: { sandbox: this.#sandbox }, ...options });
  }

  /** Follows the screen until closed. `onEnded` hears `notSupported` when the sandbox has none. */
  watch(handlers: ScreenHandlers, options: SubscribeOptions = {}): ScreenView {
    const channel: Channel = this.#stream.subscribe(
      { kind: 'screen', sandbox: this.#sandbox },
      {
        onOpened: (opened) => handlers.onRights?.({ mayInput: opened.mayInput }),
        onMessage: (message) => {
          if (message.type === 'clipboard') handlers.onClipboard?.(message.text);
          else if (message.type === 'cursor') handlers.onCursor?.(message);
        },
        onFrame: (frame) => {
          if (frame.kind === frameKind.screen) handlers.onMessage(frame.payload, { seq: frame.seq, atUs: frame.atUs });
        },
        ...(handlers.onLost ? { onLost: handlers.onLost } : {}),
        ...(handlers.onRefused ? { onRefused: handlers.onRefused } : {}),
        ...(handlers.onEnded ? { onEnded: handlers.onEnded } : {}),
      },
      options,
    );
    const close = () => channel.close();
    return {
      pointer: (x, y, buttons) => channel.send({ type: 'pointer', x, y, buttons }),
      key: (keysym, down) => channel.send({ type: 'key', keysym, down }),
      clipboard: (text) => channel.send({ type: 'clipboard', text }),
      resize: (width, height) => channel.send({ type: 'screenResize', width, height }),
      get mayInput() {
        return channel.opened?.mayInput ?? false;
      },
      acknowledge: (seq) => channel.acknowledge(seq),
      close,
      [Symbol.dispose]: close,
    };
  }
}
