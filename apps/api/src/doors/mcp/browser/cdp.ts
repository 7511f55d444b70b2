/** A connection to a sandbox's Chromium, by the protocol of its developer tools. What it sends is hostile input. */
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '@sandglass/protocol';
import { WebSocket } from 'ws';

export const CDP_PORT = 9222;
/** A large page's accessibility tree is some megabytes. */
const MAX_MESSAGE_BYTES = 64 * 1_048_576;
const TIMEOUT_MS = 30_000;
const MAX_VERSION_BYTES = 65_536;

type Answer = Record<string, unknown>;
type Listener = (parameters: Answer, session: string | undefined) => void;

export class Cdp {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<
    number,
    { resolve(answer: Answer): void; reject(error: Error): void; timer: NodeJS.Timeout }
  >();
  readonly #listeners = new Map<string, Set<Listener>>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#handle(String(data)));
    socket.on('close', () => this.#end());
    socket.on('error', () => socket.terminate());
  }

  static async open(connect: () => Promise<Duplex>): Promise<Cdp> {
    const path = await readDebuggerPath(await connect());
    const stream = await connect();
    const socket = new WebSocket(`ws://127.0.0.1:${CDP_PORT}${path}`, {
      createConnection: () => stream as never,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      handshakeTimeout: TIMEOUT_MS,
    });
    await new Promise<void>((resolve, reject) =>
      socket.once('open', resolve).once('error', reject).once('close', reject),
    );
    return new Cdp(socket);
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

  close(): void {
    this.#socket.terminate();
  }

  #handle(text: string): void {
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

/** `/devtools/browser/…`, as it says itself. */
export function readDebuggerPath(stream: Duplex): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port: CDP_PORT,
        path: '/json/version',
        createConnection: () => stream as never,
        timeout: TIMEOUT_MS,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
          if (text.length > MAX_VERSION_BYTES) asked.destroy(new Error('what answers on this port is no browser'));
        });
        response.on('error', reject);
        response.on('end', () => {
          const match = /"webSocketDebuggerUrl":\s*"ws:\/\/[^/"]+(\/devtools\/browser\/[\w-]+)"/.exec(text);
          stream.destroy();
          if (match?.[1]) resolve(match[1]);
          else reject(new AppError('unavailable', `What listens on port ${CDP_PORT} of the sandbox is no browser.`));
        });
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('the browser does not answer')));
    asked.on('error', reject);
    asked.end();
  });
}
