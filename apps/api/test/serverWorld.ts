/** A whole server on a free port, with real identity and stub services, that goes away with its scope. */
import { randomBytes } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClientMessage, CreateToken, Frame, Problem, ServerMessage } from '@sandglass/protocol';
import { decodeFrame } from '@sandglass/protocol';
import type { FastifyInstance } from 'fastify';
import { WebSocket } from 'ws';
import { openDatabase } from '../src/database/open.ts';
import type { DoorFacts } from '../src/doors/door.ts';
import { Identity } from '../src/identity/identity.ts';
import { identitySteps } from '../src/identity/tables.ts';
import { createLogger } from '../src/observability/logger.ts';
import { createServer } from '../src/server.ts';
import type { Services } from '../src/services.ts';
import { StubServices } from './stubServices.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly json: unknown;
  readonly problem: Problem;
}

export interface Asking {
  readonly method?: string;
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

const START_SECRET = 'sgt_start_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';

export class ServerWorld {
  readonly stub: StubServices;
  readonly identity: Identity;
  readonly app: FastifyInstance;
  readonly port: number;
  readonly logged: string[];
  readonly #viewers = new Set<Viewer>();
  readonly #clock: { nowMs: number };
  readonly #close: () => Promise<void>;

  private constructor(parts: {
    stub: StubServices;
    identity: Identity;
    app: FastifyInstance;
    logged: string[];
    clock: { nowMs: number };
    close: () => Promise<void>;
  }) {
    this.stub = parts.stub;
    this.identity = parts.identity;
    this.app = parts.app;
    this.logged = parts.logged;
    this.port = (parts.app.server.address() as AddressInfo).port;
    this.#clock = parts.clock;
    this.#close = parts.close;
  }

  /** `services`: real rooms in the place of some stubs. */
  static async start(
    options: { consoleDirectory?: string; doors?: readonly DoorFacts[]; services?: Partial<Services> } = {},
  ): Promise<ServerWorld> {
    const stub = new StubServices();
    const clock = { nowMs: 1_700_000_000_000 };
    const database = await openDatabase({ path: ':memory:', steps: identitySteps });
    const identity = new Identity({ database, random: randomBytes, now: () => clock.nowMs });
    await identity.setStartSecret(START_SECRET);
    const logged: string[] = [];
    const logger = createLogger({ level: 'debug', destination: { write: (line: string) => void logged.push(line) } });
    const app = await createServer({
      services: { ...stub.services, ...options.services },
      identity,
      logger,
      host: '127.0.0.1',
      allowedHosts: ['sandglass.example'],
      tls: null,
      consoleDirectory: options.consoleDirectory ?? null,
      version: '0.0.0-test',
      doors: options.doors ?? [],
      strict: true,
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const close = async () => {
      await app.close();
      await database.destroy();
      await stub[Symbol.asyncDispose]();
    };
    return new ServerWorld({ stub, identity, app, logged, clock, close });
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get secret(): string {
    return START_SECRET;
  }

  pass(ms: number): void {
    this.#clock.nowMs += ms;
  }

  async token(body: Omit<CreateToken, 'name'>): Promise<{ id: string; secret: string }> {
    return await this.identity.create({ name: 'test', ...body });
  }

  /** One request; the start token's unless told otherwise. Any header can be set, also Host. */
  async ask(path: string, asking: Asking = {}): Promise<Answer> {
    const token = asking.token === undefined ? START_SECRET : asking.token;
    const body = asking.body;
    const headers: Record<string, string> = {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
      ...asking.headers,
    };
    return await new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          host: '127.0.0.1',
          port: this.port,
          path,
          method: asking.method ?? (body === undefined ? 'GET' : 'POST'),
          headers,
          agent: false,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const bytes = Buffer.concat(chunks);
            const text = bytes.toString();
            const parsed: unknown = /json/.test(response.headers['content-type'] ?? '') ? JSON.parse(text) : undefined;
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: bytes,
              json: parsed,
              problem: parsed as Problem,
            });
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }

  /** As the page does with the token in its URL: the cookie and the csrf of a new session. */
  async signIn(secret = START_SECRET): Promise<{ cookie: string; csrf: string }> {
    const answer = await this.ask('/v1/session', {
      token: null,
      headers: { origin: this.origin },
      body: JSON.stringify({ secret }),
    });
    const cookie = (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
    return { cookie, csrf: (answer.json as { csrf: string }).csrf };
  }

  /** Opens the stream; rejects with the status when the upgrade is refused. */
  async view(options: { token?: string | null; headers?: Record<string, string> } = {}): Promise<Viewer> {
    const token = options.token === undefined ? START_SECRET : options.token;
    const headers = { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...options.headers };
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}/v1/stream`, { headers });
    const viewer = new Viewer(socket);
    this.#viewers.add(viewer);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('unexpected-response', (_request, response) => {
        response.resume();
        reject(new Error(`refused with ${response.statusCode}`));
      });
      socket.once('error', reject);
    });
    return viewer;
  }

  async close(): Promise<void> {
    await this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const viewer of this.#viewers) viewer.socket.terminate();
    await this.#close();
  }
}

type Received = { readonly message: ServerMessage } | { readonly frame: Frame };

/** The other end of a stream; keeps what it got in order. */
export class Viewer {
  readonly socket: WebSocket;
  readonly received: Received[] = [];
  readonly #waiting = new Set<() => void>();
  closed: { code: number; reason: string } | null = null;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      this.received.push(
        isBinary ? { frame: decodeFrame(data) } : { message: JSON.parse(data.toString()) as ServerMessage },
      );
      this.#wake();
    });
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#wake();
    });
    socket.on('error', () => {});
  }

  send(message: ClientMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  get messages(): ServerMessage[] {
    return this.received.flatMap((one) => ('message' in one ? [one.message] : []));
  }

  frames(channel: number): Frame[] {
    return this.received.flatMap((one) => ('frame' in one && one.frame.channel === channel ? [one.frame] : []));
  }

  /** The text of all binary frames of a channel. */
  text(channel: number): string {
    return Buffer.concat(this.frames(channel).map((frame) => frame.payload)).toString();
  }

  /** Resolves when `find` gives something; the test's own timeout is the limit. */
  async until<T>(find: () => T | undefined | false | null): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined && found !== false && found !== null) return found;
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  async message<T extends ServerMessage['type']>(
    type: T,
    channel?: number,
  ): Promise<Extract<ServerMessage, { type: T }>> {
    return await this.until(() =>
      this.messages.find(
        (one): one is Extract<ServerMessage, { type: T }> =>
          one.type === type && (channel === undefined || ('channel' in one && one.channel === channel)),
      ),
    );
  }

  async whenClosed(): Promise<{ code: number; reason: string }> {
    return await this.until(() => this.closed);
  }

  /** All that was sent before has been answered: a round trip. */
  async settle(id = 1_000_000 + this.received.length): Promise<void> {
    this.send({ type: 'ping', id });
    await this.until(() => this.messages.some((one) => one.type === 'pong' && one.id === id));
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
