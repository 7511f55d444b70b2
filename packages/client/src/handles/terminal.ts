import { type Exit, frameKind, type Terminal as TerminalResource, type UpdateTerminal } from '@sandglass/protocol';
import type { Requester } from '../http/requester.ts';
import type { Channel, ChannelEnd, Opened } from '../stream/channel.ts';
import type { Stream, SubscribeOptions } from '../stream/stream.ts';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface TerminalRights {
  readonly mayInput: boolean;
  /** This viewer decides the size. */
  readonly sizing: boolean;
  /** Who does: the name of a token; null when nobody is there who could. */
  readonly sizedBy: string | null;
}

export interface TerminalHandlers {
  /** Output bytes, in order, none missing. A promise holds back the next and the acknowledgement (flow control). */
  readonly onOutput?: (bytes: Uint8Array) => void | Promise<void>;
  /** Forget what you drew: `drawing` rebuilds scrollback and screen at this size. */
  readonly onReset?: (drawing: Uint8Array, size: TerminalSize) => void | Promise<void>;
  readonly onResize?: (size: TerminalSize) => void;
  readonly onRights?: (rights: TerminalRights) => void;
  readonly onLost?: () => void;
  readonly onRefused?: (error: Error) => void;
  readonly onEnded?: (end: ChannelEnd) => void;
}

// Half of the frame limit even when every character needs six bytes as JSON.
const MAX_INPUT_CHARACTERS = 65_536;

const NO_RIGHTS: TerminalRights = { mayInput: false, sizing: false, sizedBy: null };

/** A terminal of a sandbox. It outlives this handle: `detach` stops watching, `close` hangs up. */
export class Terminal {
  #info: TerminalResource;
  readonly #requester: Requester;
  readonly #stream: Stream;
  #channel: Channel | null = null;
  #rights = NO_RIGHTS;

  constructor(info: TerminalResource, requester: Requester, stream: Stream) {
    this.#info = info;
    this.#requester = requester;
    this.#stream = stream;
  }

  get id(): TerminalResource['id'] {
    return this.#info.id;
  }

  /** As last heard from the server. */
  get info(): TerminalResource {
    return this.#info;
  }

  /** Watches the terminal; the first thing that arrives is a reset. One watcher a handle: an earlier one is detached. */
  attach(handlers: TerminalHandlers, options: SubscribeOptions = {}): this {
    this.detach();
    const setRights = (rights: TerminalRights) => {
      this.#rights = rights;
      handlers.onRights?.(rights);
    };
    this.#channel = this.#stream.subscribe(
      { kind: 'terminal', sandbox: this.#info.sandbox, terminal: this.#info.id },
      {
        onOpened: (opened: Opened) => {
          const { mayInput, sizing = false, sizedBy = null } = opened;
          setRights({ mayInput, sizing, sizedBy });
          if (opened.size !== undefined) this.#resized(opened.size, handlers);
        },
        onMessage: (message) => {
          if (message.type === 'size') this.#resized(message, handlers);
          else if (message.type === 'sizing')
            setRights({ ...this.#rights, sizing: message.sizing, sizedBy: message.sizedBy ?? null });
        },
        onFrame: (frame) => {
          if (frame.kind === frameKind.terminal) return handlers.onOutput?.(frame.payload);
          if (frame.kind !== frameKind.terminalSnapshot || frame.payload.length < 4) return;
          const view = new DataView(frame.payload.buffer, frame.payload.byteOffset, 4);
          const size = { columns: view.getUint16(0), rows: view.getUint16(2) };
          this.#info = { ...this.#info, ...size };
          return handlers.onReset?.(frame.payload.subarray(4), size);
        },
        ...(handlers.onLost ? { onLost: handlers.onLost } : {}),
        ...(handlers.onRefused ? { onRefused: handlers.onRefused } : {}),
        onEnded: (end) => {
          this.#channel = null;
          this.#rights = NO_RIGHTS;
          if (end.reason === 'exited') this.#info = { ...this.#info, exit: end.exit };
          handlers.onEnded?.(end);
        },
      },
      options,
    );
    return this;
  }

  /** Types. Waits for the connection when there is none. Needs an attached terminal. @throws AppError, ConnectionError */
  async write(text: string): Promise<void> {
    const channel = this.#attached();
    await channel.whenOpened();
    for (const part of splitText(text, MAX_INPUT_CHARACTERS)) channel.send({ type: 'terminalInput', text: part });
  }

  /** As `write`, for keys a person presses now: false (and nothing sent) when there is no connection or no right to type. */
  type(text: string): boolean {
    const channel = this.#channel;
    if (channel === null || !this.#rights.mayInput) return false;
    let sent = true;
    for (const part of splitText(text, MAX_INPUT_CHARACTERS))
      sent &&= channel.send({ type: 'terminalInput', text: part });
    return sent;
  }

  /** Resizes it for everybody. While attached it goes through the stream (only the sizing viewer is heard), else by request. */
  async resize(size: TerminalSize): Promise<void> {
    const { columns, rows } = size;
    if (this.#channel?.send({ type: 'terminalResize', columns, rows })) return;
    await this.update({ columns, rows });
  }

  async rename(name: string): Promise<void> {
    await this.update({ name });
  }

  async update(body: UpdateTerminal): Promise<void> {
    const { sandbox, id } = this.#info;
    this.#info = await this.#requester.request('updateTerminal', { params: { sandbox, terminal: id }, body });
  }

  /** Stops watching; the terminal and what runs in it go on. */
  detach(): void {
    this.#channel?.close();
    this.#channel = null;
  }

  /** Hangs up: ends the terminal and what runs in it. */
  async close(): Promise<void> {
    this.detach();
    const { sandbox, id } = this.#info;
    await this.#requester.request('closeTerminal', { params: { sandbox, terminal: id } });
  }

  /** Resolves when what runs in it has ended. */
  waitForExit(options: SubscribeOptions = {}): Promise<Exit | null> {
    if (this.#info.exit !== null) return Promise.resolve(this.#info.exit);
    return new Promise((resolve, reject) => {
      this.#stream.subscribe(
        { kind: 'terminal', sandbox: this.#info.sandbox, terminal: this.#info.id },
        {
          onEnded: (end) => {
            if (end.reason === 'exited') resolve(end.exit);
            else if (end.reason === 'error') reject(end.error);
            else if (options.signal?.aborted) reject(options.signal.reason);
            else resolve(null);
          },
        },
        options,
      );
    });
  }

  /** `using` and `await using` detach. */
  [Symbol.dispose](): void {
    this.detach();
  }

  #attached(): Channel {
    if (this.#channel === null) throw new Error('Attach the terminal first: terminal.attach({ onOutput }).');
    return this.#channel;
  }

  #resized(size: TerminalSize, handlers: TerminalHandlers): void {
    const { columns, rows } = size;
    this.#info = { ...this.#info, columns, rows };
    handlers.onResize?.({ columns, rows });
  }
}

/** Splits without cutting a character in two. */
export function splitText(text: string, most: number): string[] {
  const parts: string[] = [];
  let from = 0;
  while (from < text.length) {
    let to = Math.min(from + most, text.length);
    const last = text.charCodeAt(to - 1);
    if (to < text.length && last >= 0xd800 && last <= 0xdbff) to--;
    parts.push(text.slice(from, to));
    from = to;
  }
  return parts;
}
