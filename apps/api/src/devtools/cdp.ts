/** A connection to a sandbox's Chromium, by the protocol of its developer tools. What it sends is hostile input. */
import { AppError } from '@sandglass/protocol';
import { WebSocket } from 'ws';

const TIMEOUT_MS = 30_000;
/** A browser that stands still says no goodbye. */
const LEAVE_MS = 1_000;

type Answer = Record<string, unknown>;
type Listener = (parameters: Answer, session: string | undefined) => void;

export class Cdp {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<
    number,
    { resolve(answer: Answer): void; reject(error: Error): void; timer: NodeJS.Timeout }
  >();
  readonly #listeners = new Map<string, Set<Listener>>();
  /** Sees each message first, as text; true: it is dealt with and not read. */
  skim: (text: string) => boolean = () => false;
  #lastId = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#handle(String(data)));
    socket.on('close', () => this.#end());
    socket.on('error', () => socket.terminate());
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  async send(
    method: string,
    parameters: Record<string, unknown> = {},
    session?: string,
    timeoutMs = TIMEOUT_MS,
  ): Promise<Answer> {
    if (!this.isOpen) throw gone();
    const id = ++this.#lastId;
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(
          new AppError(
            'timeout',
            `The browser did not answer ${method} in time. A dialog or a busy script may be in its way.`,
          ),
        );
      }, timeoutMs);
      timer.unref();
      this.#waiting.set(id, { resolve, reject, timer });
      this.#socket.send(
        JSON.stringify({ id, method, params: parameters, ...(session === undefined ? {} : { sessionId: session }) }),
      );
    });
  }

  on(event: string, listener: Listener): () => void {
    const known = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, known.add(listener));
    return () => known.delete(listener);
  }

  /** Once; with the code of the socket's end. */
  onEnd(listener: (code: number) => void): void {
    this.#socket.once('close', listener);
  }

  close(): void {
    this.#socket.terminate();
  }

  /** Closes when what was sent last is on its way. */
  leave(): void {
    this.#socket.close();
    setTimeout(() => this.#socket.terminate(), LEAVE_MS).unref();
  }

  #handle(text: string): void {
    if (this.skim(text)) return;
    let message: {
      id?: number;
      method?: string;
      params?: Answer;
      result?: Answer;
      error?: { message?: string };
      sessionId?: string;
    };
    try {
      message = JSON.parse(text);
    } catch {
      this.#socket.terminate();
      return;
    }
    if (message.id === undefined) {
      for (const listener of this.#listeners.get(message.method ?? '') ?? [])
        listener(message.params ?? {}, message.sessionId);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    this.#waiting.delete(message.id);
    clearTimeout(waiting.timer);
    if (message.error)
      waiting.reject(new AppError('unprocessable', `The browser said: ${message.error.message ?? 'no'}`));
    else waiting.resolve(message.result ?? {});
  }

  #end(): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(gone());
    }
    this.#waiting.clear();
  }
}

const gone = () => new AppError('unavailable', 'The browser has ended. The next browser tool starts it again.');
