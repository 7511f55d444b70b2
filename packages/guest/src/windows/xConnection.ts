/** One connection to the sandbox's X server: questions with their answers, the properties that changed, and that the pointer was moved. */
import { connect, type Socket } from 'node:net';
import {
  atomOf,
  encodeGetProperty,
  encodeHearInput,
  encodeInputVersion,
  encodeInternAtom,
  encodeQueryExtension,
  encodeQueryPointer,
  encodeSetup,
  encodeWatch,
  extensionOf,
  pointerOf,
  propertyOf,
  type XMessage,
  type XPointer,
  type XProperty,
  XReader,
} from './xWire.ts';

export interface XListener {
  changed(window: number, atom: number): void;
  /** By whomever; `pressed`: the bit of the button that went down, else 0. */
  moved(pressed: number): void;
  closed(): void;
}

type Answer = { readonly sequence: number; resolve(reply: Buffer | undefined): void };

export class XConnection {
  readonly #socket: Socket;
  readonly #listener: XListener;
  readonly #reader = new XReader();
  #waiting: Answer[] = [];
  #sequence = 0;
  #root: ((root: number | undefined) => void) | null = null;
  #closed = false;

  constructor(path: string, listener: XListener) {
    this.#listener = listener;
    this.#socket = connect(path);
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => this.#end());
  }

  /** Its root window; undefined when nobody answers. */
  ready(): Promise<number | undefined> {
    return new Promise((resolve) => {
      if (this.#closed) return resolve(undefined);
      this.#root = resolve;
      this.#socket.write(encodeSetup());
    });
  }

  async atom(name: string): Promise<number> {
    const reply = await this.#ask(encodeInternAtom(name));
    return reply === undefined ? 0 : atomOf(reply);
  }

  watch(window: number): void {
    this.#send(encodeWatch(window));
  }

  /** Undefined: there is none, the window is gone, or nobody answers any more. */
  async property(window: number, atom: number, longest: number): Promise<XProperty | undefined> {
    const reply = await this.#ask(encodeGetProperty(window, atom, longest));
    return reply && propertyOf(reply);
  }

  /** A server without the extension never tells. */
  async hearInput(root: number): Promise<void> {
    const found = await this.#ask(encodeQueryExtension('XInputExtension'));
    const extension = found ? extensionOf(found) : 0;
    if (extension === 0 || !(await this.#ask(encodeInputVersion(extension)))) return;
    this.#send(encodeHearInput(extension, root));
  }

  async pointer(root: number): Promise<XPointer | undefined> {
    const reply = await this.#ask(encodeQueryPointer(root));
    return reply && pointerOf(reply);
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(request: Buffer): number {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    if (!this.#closed) this.#socket.write(request);
    return this.#sequence;
  }

  #ask(request: Buffer): Promise<Buffer | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const sequence = this.#send(request);
    return new Promise((resolve) => this.#waiting.push({ sequence, resolve }));
  }

  #receive(chunk: Buffer): void {
    try {
      for (const message of this.#reader.push(chunk)) this.#take(message);
    } catch {
      this.#socket.destroy();
    }
  }

  #take(message: XMessage): void {
    if (message.kind === 'ready') {
      this.#root?.(message.root);
      this.#root = null;
    } else if (message.kind === 'property') {
      this.#listener.changed(message.window, message.atom);
    } else if (message.kind === 'input') {
      this.#listener.moved(message.pressed);
    } else if (this.#waiting[0]?.sequence === message.sequence) {
      this.#waiting.shift()?.resolve(message.kind === 'reply' ? message.bytes : undefined);
    }
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#root?.(undefined);
    for (const { resolve } of this.#waiting) resolve(undefined);
    this.#waiting = [];
    this.#listener.closed();
  }
}
