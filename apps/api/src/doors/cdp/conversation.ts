/** What is asked of the browser and what it answers: the client's commands as far as somebody here waits for them, and the door's own questions. */
import { type Answer, type Command, type Fields, readAnswer, sessionOf, writeCommand } from './message.ts';

export interface ConversationOptions {
  readonly toBrowser: (message: Buffer | string) => void;
  readonly toClient: (message: Buffer) => void;
  readonly schedule: (work: () => void, afterMs: number) => () => void;
}

/** The door's own questions, apart from any client's. */
export const OWN_IDS = 1_000_000_000;
/** A page that cannot answer the door now is not waited for longer; on a busy machine one that can takes a while. */
export const PATIENCE_MS = 2_000;

/** Resolves with what the browser says to a command. */
interface Waiting {
  /** What the client gets at once; the door's own questions are nobody else's. */
  readonly tell: boolean;
  resolve(answer: Answer, bytes: Buffer): void;
}

export class Conversation {
  readonly #options: ConversationOptions;
  /** By id and session: clients may count in each of their sessions. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #silent = new Set<string>();
  #lastId = OWN_IDS;
  #phase: 'open' | 'ended' = 'open';

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  ask(method: string, params: Fields, sessionId: string): Promise<Answer> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#send({ id, method, params, sessionId }, null, { tell: false, resolve });
    });
  }

  /** `null` from a page that stands still: a script that does not end, a dialog. It is waited for once, until it answers again. */
  askPatiently(method: string, params: Fields, sessionId: string): Promise<Answer | null> {
    return new Promise((resolve) => {
      const giveUp = () => {
        this.#silent.add(sessionId);
        resolve(null);
      };
      if (this.isSilent(sessionId)) resolve(null);
      const stop = this.#options.schedule(giveUp, PATIENCE_MS);
      void this.ask(method, params, sessionId).then((answer) => {
        stop();
        this.#silent.delete(sessionId);
        resolve(answer);
      });
    });
  }

  /** It owes the door an answer. */
  isSilent(session: string): boolean {
    return this.#silent.has(session);
  }

  /** Resolves with its answer; `tell`: the client gets that as it comes. `bytes`: the command as the client wrote it. */
  forward(command: Command, bytes: Buffer | null, tell: boolean): Promise<{ answer: Answer; bytes: Buffer }> {
    return new Promise((resolve) => {
      this.#send(command, bytes, { tell, resolve: (answer, bytes) => resolve({ answer, bytes }) });
    });
  }

  /** An answer of the browser. Returns whether it is dealt with; else it is the client's. */
  hear(id: number, bytes: Buffer): boolean {
    if (this.#waiting.size === 0) return false;
    const key = keyFor(id, sessionOf(bytes));
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return false;
    this.#waiting.delete(key);
    if (waiting.tell) this.#options.toClient(bytes);
    waiting.resolve(readAnswer(bytes, { whole: id > OWN_IDS }), bytes);
    return true;
  }

  /** Nobody answers any more. */
  end(): void {
    this.#phase = 'ended';
    for (const { resolve } of this.#waiting.values()) resolve(ENDED, NOTHING);
    this.#waiting.clear();
  }

  #send(command: Command, bytes: Buffer | null, waiting: Waiting): void {
    if (this.#phase === 'ended') {
      waiting.resolve(ENDED, NOTHING);
      return;
    }
    this.#waiting.set(keyFor(command.id, command.sessionId), waiting);
    this.#options.toBrowser(bytes ?? writeCommand(command));
  }
}

const ENDED: Answer = { error: { message: 'The connection has ended.' } };
const NOTHING = Buffer.alloc(0);
const keyFor = (id: number, session: string | undefined): string => `${id} ${session ?? ''}`;
