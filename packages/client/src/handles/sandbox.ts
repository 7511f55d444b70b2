import type {
  Checkpoint,
  CheckpointId,
  CreateCheckpoint,
  CreateSandbox,
  Exec as ExecResource,
  LogEvent,
  OpenTerminal,
  PortInfo,
  ProcessInfo,
  RouteQuery,
  Sandbox as SandboxResource,
  StartExec,
  Stats,
  TerminalId,
  TimelinePage,
  UpdateSandbox,
} from '@sandglass/protocol';
import type { RequestOptions } from '../http/input.ts';
import type { Requester } from '../http/requester.ts';
import { Queue } from '../stream/queue.ts';
import type { Stream, SubscribeOptions } from '../stream/stream.ts';
import { Exec, endError } from './exec.ts';
import { Files } from './files.ts';
import { Gate } from './gate.ts';
import { Run, type RunStart, workOn } from './run.ts';
import { Screen } from './screen.ts';
import { Terminal } from './terminal.ts';
import { Thumbnails } from './thumbnails.ts';

/** The server waits ten minutes for a command unless told otherwise. */
const EXEC_TIMEOUT_MS = 600_000;
/** Creating, checkpointing and restoring copy files on weaker levels, about 1 s per GB. */
export const LONG_TIMEOUT_MS = 300_000;

type Command = StartExec['command'];
type CommandOptions = Omit<StartExec, 'command' | 'wait'>;

/** One sandbox. The handle holds no connection of its own; what it starts goes on without it. */
export class Sandbox {
  readonly files: Files;
  /** Pausing, stepping, held calls, control, questions and messages. */
  readonly gate: Gate;
  readonly screen: Screen;
  readonly thumbnails: Thumbnails;
  readonly terminals: {
    list(options?: RequestOptions): Promise<Terminal[]>;
    get(id: TerminalId, options?: RequestOptions): Promise<Terminal>;
    open(body?: OpenTerminal, options?: RequestOptions): Promise<Terminal>;
  };
  readonly checkpoints: {
    list(options?: RequestOptions): Promise<Checkpoint[]>;
    remove(id: CheckpointId, options?: RequestOptions): Promise<void>;
  };
  readonly ports: {
    list(options?: RequestOptions): Promise<PortInfo[]>;
    /** A URL that opens the port on its own origin, once and soon. */
    open(port: number, options?: RequestOptions): Promise<string>;
  };

  #info: SandboxResource;
  readonly #requester: Requester;
  readonly #stream: Stream;
  readonly #killOnDispose: boolean;

  constructor(info: SandboxResource, options: { requester: Requester; stream: Stream; killOnDispose: boolean }) {
    this.#info = info;
    this.#requester = options.requester;
    this.#stream = options.stream;
    this.#killOnDispose = options.killOnDispose;
    const { requester, stream } = options;
    const params = { sandbox: info.id };
    const list = async (request?: RequestOptions) =>
      (await requester.request('terminals', { params, ...request })).items.map(
        (t) => new Terminal(t, requester, stream),
      );
    this.files = new Files(info.id, requester);
    this.gate = new Gate(info.id, requester, stream);
    this.screen = new Screen(info.id, requester, stream);
    this.thumbnails = new Thumbnails(info.id, requester, stream);
    this.terminals = {
      list,
      get: async (id, request) => {
        const found = (await list(request)).find((terminal) => terminal.id === id);
        if (found === undefined) throw new TypeError(`There is no terminal ${id} in ${info.id}.`);
        return found;
      },
      open: async (body = {}, request) =>
        new Terminal(await requester.request('openTerminal', { params, body, ...request }), requester, stream),
    };
    this.checkpoints = {
      list: async (request) => (await requester.request('checkpoints', { params, ...request })).items,
      remove: async (id, request) => {
        await requester.request('removeCheckpoint', { params: { ...params, checkpoint: id }, ...request });
      },
    };
    this.ports = {
      list: async (request) => (await requester.request('ports', { params, ...request })).items,
      open: async (port, request) =>
        (await requester.request('openPort', { params: { ...params, port }, ...request })).url,
    };
  }

  get id(): SandboxResource['id'] {
    return this.#info.id;
  }

  /** As last heard from the server. */
  get info(): SandboxResource {
    return this.#info;
  }

  async refresh(options: RequestOptions = {}): Promise<SandboxResource> {
    this.#info = await this.#requester.request('sandbox', { params: this.#params, ...options });
    return this.#info;
  }

  /** Runs a command to its end. A non-zero exit is a result, not an error: look at `exit`. */
  run(command: Command, options?: CommandOptions & RequestOptions): Promise<ExecResource>;
  /** Begins a run and does the work: it ends `succeeded`, or `failed` with what was thrown, unless the work ends it. */
  run<T>(start: RunStart, work: (run: Run) => Promise<T>, options?: RequestOptions): Promise<T>;
  run<T>(
    first: Command | RunStart,
    second: (CommandOptions & RequestOptions) | ((run: Run) => Promise<T>) = {},
    third: RequestOptions = {},
  ): Promise<ExecResource | T> {
    if (typeof second === 'function') return this.startRun(first as RunStart, third).then((run) => workOn(run, second));
    return this.#runCommand(first as Command, second);
  }

  /** Begins a run; end it with `run.end(outcome)`. One that is still open when the sandbox ends has been stopped. */
  async startRun(body: RunStart, options: RequestOptions = {}): Promise<Run> {
    return new Run(
      await this.#requester.request('startRun', { params: this.#params, body, ...options }),
      this.#requester,
    );
  }

  #runCommand(command: Command, options: CommandOptions & RequestOptions): Promise<ExecResource> {
    const { signal, attempts, headers, ...body } = options;
    const waitMs = (options.timeoutMs ?? EXEC_TIMEOUT_MS) + 30_000;
    return this.#requester.request('startExec', {
      params: this.#params,
      body: { ...body, command, wait: true },
      timeoutMs: waitMs,
      signal,
      attempts,
      headers,
    });
  }

  /** Starts a command and returns at once. */
  async start(command: Command, options: CommandOptions & { signal?: AbortSignal } = {}): Promise<Exec> {
    const { signal, ...body } = options;
    const info = await this.#requester.request('startExec', {
      params: this.#params,
      body: { ...body, command, wait: false },
      signal,
    });
    return new Exec(info, this.#requester, this.#stream);
  }

  /** The log from `from` (1 = the first event) or only what comes (`last: 0`, the default), until the loop is left. */
  events(options: { from?: number; last?: number; signal?: AbortSignal } = {}): AsyncIterableIterator<LogEvent> {
    const { from, last = 0, signal } = options;
    const queue = new Queue<LogEvent>(() => channel.close());
    const channel = this.#stream.subscribe(
      { kind: 'events', sandbox: this.id, ...(from === undefined ? { last } : {}) },
      {
        onMessage: (message) => (message.type === 'event' ? queue.push(message.event) : undefined),
        onEnded: (end) => queue.end(endError(end, signal)),
      },
      { signal, ...(from === undefined ? {} : { resumeFrom: Math.max(0, from - 1) }) },
    );
    return queue;
  }

  /** The log in columns, a page at a time: who did what kind of thing when. Give `next` of a page as `afterSeq` of the next. */
  timeline(query: RouteQuery<'timeline'> = {}, options: RequestOptions = {}): Promise<TimelinePage> {
    return this.#requester.request('timeline', { params: this.#params, query, ...options });
  }

  async stats(options: SubscribeOptions & { everyMs?: number } = {}): Promise<Stats> {
    for await (const stats of this.watchStats(options)) return stats;
    throw new TypeError(`${this.id} has ended; it has no stats.`);
  }

  watchStats(options: SubscribeOptions & { everyMs?: number } = {}): AsyncIterableIterator<Stats> {
    const { everyMs, signal } = options;
    const queue = new Queue<Stats>(() => channel.close());
    const channel = this.#stream.subscribe(
      { kind: 'stats', sandbox: this.id, ...(everyMs === undefined ? {} : { everyMs }) },
      {
        onMessage: (message) => (message.type === 'stats' ? queue.push(message.stats) : undefined),
        onEnded: (end) => queue.end(endError(end, signal)),
      },
      { signal },
    );
    return queue;
  }

  async processes(options: RequestOptions = {}): Promise<ProcessInfo[]> {
    return (await this.#requester.request('processes', { params: this.#params, ...options })).items;
  }

  async update(body: UpdateSandbox, options: RequestOptions = {}): Promise<this> {
    return this.#become(this.#requester.request('updateSandbox', { params: this.#params, body, ...options }));
  }

  /** Every process stops where it stands; memory is kept. */
  async freeze(options: RequestOptions = {}): Promise<this> {
    return this.#become(this.#requester.request('freezeSandbox', { params: this.#params, ...options }));
  }

  async thaw(options: RequestOptions = {}): Promise<this> {
    return this.#become(this.#requester.request('thawSandbox', { params: this.#params, ...options }));
  }

  /** Makes a restore point; the sandbox goes on. */
  checkpoint(body: CreateCheckpoint = {}, options: RequestOptions = {}): Promise<Checkpoint> {
    return this.#requester.request('createCheckpoint', {
      params: this.#params,
      body,
      timeoutMs: LONG_TIMEOUT_MS,
      ...options,
    });
  }

  async restore(checkpoint: CheckpointId | Checkpoint, options: RequestOptions = {}): Promise<this> {
    const id = typeof checkpoint === 'string' ? checkpoint : checkpoint.id;
    const params = { ...this.#params, checkpoint: id };
    return this.#become(
      this.#requester.request('restoreCheckpoint', { params, timeoutMs: LONG_TIMEOUT_MS, ...options }),
    );
  }

  /** A new sandbox from a checkpoint, or from one made now. */
  async fork(
    body: Omit<CreateSandbox, 'image' | 'checkpoint'> & { checkpoint?: CheckpointId } = {},
    options: RequestOptions = {},
  ): Promise<Sandbox> {
    const checkpoint = body.checkpoint ?? (await this.checkpoint({}, options)).id;
    const info = await this.#requester.request('createSandbox', {
      body: { ...body, checkpoint },
      timeoutMs: LONG_TIMEOUT_MS,
      ...options,
    });
    return new Sandbox(info, { requester: this.#requester, stream: this.#stream, killOnDispose: true });
  }

  /** Ends it; the recording and the checkpoints stay. */
  async kill(options: RequestOptions = {}): Promise<this> {
    return this.#become(this.#requester.request('killSandbox', { params: this.#params, ...options }));
  }

  /** `await using`: a sandbox this program created or forked is killed, one it only looked up is left alone. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#killOnDispose && this.#info.phase !== 'dead') await this.kill();
  }

  get #params(): { sandbox: SandboxResource['id'] } {
    return { sandbox: this.#info.id };
  }

  async #become(reply: Promise<SandboxResource>): Promise<this> {
    this.#info = await reply;
    return this;
  }
}
