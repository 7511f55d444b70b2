import type {
  Answer,
  AskPerson,
  CallId,
  Control,
  Decision,
  GatePolicy,
  Gate as GateResource,
  HeldCall,
  InFlight,
  Notice,
  RunTo,
  SandboxId,
} from '@sandglass/protocol';
import type { RequestOptions } from '../http/input.ts';
import type { Requester } from '../http/requester.ts';
import { Queue } from '../stream/queue.ts';
import type { Stream, SubscribeOptions } from '../stream/stream.ts';
import { endError } from './exec.ts';

/** Freezing waits for what is about to end, or, if asked to, for all that runs. */
const PAUSE_TIMEOUT_MS = 120_000;

/** Where every call of a sandbox's agent passes: held, decided, stepped; and who has control. See docs/gate.md. */
export class Gate {
  readonly #sandbox: SandboxId;
  readonly #requester: Requester;
  readonly #stream: Stream;
  /** Who has mouse, keyboard, terminals and files. */
  readonly control: {
    take(reason?: string, options?: RequestOptions): Promise<Control>;
    /** Asks who has it; taken at once when no person has. */
    request(reason?: string, options?: RequestOptions): Promise<Control>;
    /** To the agent, or to the `viewer` of one of the requests. */
    give(to: string, note?: string, options?: RequestOptions): Promise<Control>;
    /** The agent is told what changed, and the note. */
    release(note?: string, options?: RequestOptions): Promise<Control>;
    /** To be called every five seconds by who has it. */
    keep(fence: number, options?: RequestOptions): Promise<Control>;
  };

  constructor(sandbox: SandboxId, requester: Requester, stream: Stream) {
    this.#sandbox = sandbox;
    this.#requester = requester;
    this.#stream = stream;
    const params = { sandbox };
    this.control = {
      take: (reason, options) => requester.request('takeControl', { params, body: said({ reason }), ...options }),
      request: (reason, options) => requester.request('requestControl', { params, body: said({ reason }), ...options }),
      give: (to, note, options) =>
        requester.request('giveControl', { params, body: { to, ...said({ note }) }, ...options }),
      release: (note, options) => requester.request('releaseControl', { params, body: said({ note }), ...options }),
      keep: (fence, options) => requester.request('keepControl', { params, body: { fence }, ...options }),
    };
  }

  get(options: RequestOptions = {}): Promise<GateResource> {
    return this.#requester.request('gate', { params: this.#params, ...options });
  }

  /** As it is now and after each change, until the loop is left or the sandbox ends. */
  watch(options: SubscribeOptions = {}): AsyncIterableIterator<GateResource> {
    const queue = new Queue<GateResource>(() => channel.close());
    const channel = this.#stream.subscribe(
      { kind: 'gate', sandbox: this.#sandbox },
      {
        onMessage: (message) => (message.type === 'gate' ? queue.push(message.gate) : undefined),
        onEnded: (end) => queue.end(endError(end, options.signal)),
      },
      options,
    );
    return queue;
  }

  /** The oldest call that waits, now or when one comes. */
  async nextHeld(options: SubscribeOptions = {}): Promise<HeldCall> {
    for await (const { held } of this.watch(options)) if (held[0]) return held[0];
    throw new TypeError(`${this.#sandbox} has ended; no call waits at its gate.`);
  }

  /** Holds every new call and freezes; resolves when it has happened. */
  pause(how: { inFlight?: InFlight; freeze?: boolean } = {}, options: RequestOptions = {}): Promise<GateResource> {
    return this.#requester.request('pauseSandbox', {
      params: this.#params,
      body: how,
      timeoutMs: PAUSE_TIMEOUT_MS,
      ...options,
    });
  }

  continue(options: RequestOptions = {}): Promise<GateResource> {
    return this.#requester.request('continueSandbox', {
      params: this.#params,
      timeoutMs: PAUSE_TIMEOUT_MS,
      ...options,
    });
  }

  /** One call goes through: this one, else the oldest that waits, else the next that comes. */
  step(call?: CallId, options: RequestOptions = {}): Promise<GateResource> {
    return this.#requester.request('stepSandbox', { params: this.#params, body: said({ call }), ...options });
  }

  runTo(to: RunTo, options: RequestOptions = {}): Promise<GateResource> {
    return this.#requester.request('runSandboxTo', { params: this.#params, body: { to }, ...options });
  }

  decide(call: CallId, decision: Decision, options: RequestOptions = {}): Promise<GateResource> {
    return this.#requester.request('decideCall', { params: { ...this.#params, call }, body: { decision }, ...options });
  }

  /** How long calls wait, and who has control when no person has. */
  update(policy: Partial<GatePolicy>, options: RequestOptions = {}): Promise<GateResource> {
    return this.#requester.request('updateGate', { params: this.#params, body: policy, ...options });
  }

  /** For agents: asks a person, and waits for the answer as long as it takes. */
  ask(question: AskPerson, options: RequestOptions = {}): Promise<Answer> {
    return this.#requester.request('askPerson', { params: this.#params, body: question, timeoutMs: 0, ...options });
  }

  answer(call: CallId, answer: Answer, options: RequestOptions = {}): Promise<GateResource> {
    return this.#requester.request('answerQuestion', {
      params: { ...this.#params, call },
      body: { answer },
      ...options,
    });
  }

  /** Tells the agent something; it reads it at its next call, or when it asks. */
  send(text: string, options: RequestOptions = {}): Promise<Notice> {
    return this.#requester.request('sendMessage', { params: this.#params, body: { text }, ...options });
  }

  /** For agents: what people wrote and changed since the last time. */
  async takeNotices(options: RequestOptions = {}): Promise<Notice[]> {
    return (await this.#requester.request('takeNotices', { params: this.#params, ...options })).items;
  }

  get #params(): { sandbox: SandboxId } {
    return { sandbox: this.#sandbox };
  }
}

type Said<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function said<T extends object>(value: T): Said<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Said<T>;
}
