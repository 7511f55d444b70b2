/** Questions to a guest that wait for their answer. Time does not run while the sandbox is frozen. */
import { AppError } from '@sandglass/protocol';
import { type GuestOp, type GuestOps, guestResults, type ServerMessage } from '@sandglass/protocol/guest';

interface Waiting {
  readonly op: GuestOp;
  readonly message: ServerMessage;
  readonly timeoutMs: number | null;
  timer: NodeJS.Timeout | null;
  resolve(result: unknown): void;
  reject(error: AppError): void;
}

/** Asked again after a reconnection: doing them twice is doing them once. */
const repeatable: ReadonlySet<GuestOp> = new Set<GuestOp>([
  'configure',
  'openTerminal',
  'startExec',
  'resizeTerminal',
  'closeTerminal',
  'processes',
  'ports',
  'stat',
  'list',
]);

export class GuestRequests {
  readonly #send: (message: ServerMessage) => boolean;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #paused = false;

  /** `send` returns false while there is no connection. */
  constructor(send: (message: ServerMessage) => boolean) {
    this.#send = send;
  }

  /** @throws AppError: the guest's own, `timeout`, or `sandboxLost`. */
  ask<O extends GuestOp>(op: O, args: GuestOps[O][0], timeoutMs: number | null): Promise<GuestOps[O][1]> {
    const id = this.#next++;
    const message = { type: 'request', id, op, args } as ServerMessage;
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        op,
        message,
        timeoutMs,
        timer: null,
        resolve: resolve as (result: unknown) => void,
        reject,
      };
      this.#waiting.set(id, waiting);
      this.#arm(id, waiting);
      if (!this.#send(message) && !repeatable.has(op)) this.#fail(id, lostConnection());
    });
  }

  answer(id: number, result: unknown): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    const parsed = guestResults[waiting.op].safeParse(result);
    if (!parsed.success) {
      this.#fail(id, new AppError('sandboxLost', 'The guest of the sandbox answered with something else than asked.'));
      return;
    }
    this.#remove(id)?.resolve(parsed.data);
  }

  refuse(id: number, error: AppError): void {
    this.#fail(id, error);
  }

  /** Programs whose start has not been answered: a guest that does not name them may not have heard of them yet. */
  get starting(): ReadonlySet<string> {
    const ids = new Set<string>();
    for (const { op, message } of this.#waiting.values()) {
      const { exec, terminal } = (message as { args: { exec?: string; terminal?: string } }).args;
      if (op === 'startExec' && exec) ids.add(exec);
      if (op === 'openTerminal' && terminal) ids.add(terminal);
    }
    return ids;
  }

  /** After a welcome. */
  repeat(): void {
    for (const { message } of this.#waiting.values()) this.#send(message);
  }

  disconnected(): void {
    for (const [id, { op }] of this.#waiting) if (!repeatable.has(op)) this.#fail(id, lostConnection());
  }

  failAll(error: AppError): void {
    for (const id of [...this.#waiting.keys()]) this.#fail(id, error);
  }

  pause(): void {
    this.#paused = true;
    for (const waiting of this.#waiting.values()) disarm(waiting);
  }

  resume(): void {
    this.#paused = false;
    for (const [id, waiting] of this.#waiting) this.#arm(id, waiting);
  }

  #arm(id: number, waiting: Waiting): void {
    if (waiting.timeoutMs === null || this.#paused) return;
    waiting.timer = setTimeout(() => {
      this.#fail(id, new AppError('timeout', 'The sandbox did not answer in time. It may be busy; try again.'));
    }, waiting.timeoutMs);
  }

  #fail(id: number, error: AppError): void {
    this.#remove(id)?.reject(error);
  }

  #remove(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (!waiting) return undefined;
    disarm(waiting);
    this.#waiting.delete(id);
    return waiting;
  }
}

function disarm(waiting: Waiting): void {
  if (waiting.timer) clearTimeout(waiting.timer);
  waiting.timer = null;
}

function lostConnection(): AppError {
  return new AppError('sandboxLost', 'The connection to the sandbox was interrupted. Try again.');
}
