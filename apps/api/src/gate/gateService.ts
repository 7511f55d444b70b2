import type {
  Answer,
  AskPerson,
  CallId,
  Control,
  Decision,
  Gate,
  GatePolicy,
  InFlight,
  Notice,
  RuleId,
  RunTo,
  SandboxId,
  TokenId,
} from '@sandglass/protocol';
import type { Caller } from '../services.ts';
import type { Causes } from './causes.ts';

/** A call as a door asks for it. `A` are its arguments, `T` is what comes of it. */
export interface AskedCall<A extends Record<string, unknown>, T> {
  /** `noun.verb` or a bare verb, e.g. `computer.click`, `browser.navigate`, `exec`. */
  readonly name: string;
  readonly arguments: A;
  /** Said of it in a list, after its name. */
  readonly summary: (given: A) => string;
  readonly outcome: (result: T) => { summary: string; result?: Record<string, unknown> };
  /** Arguments that a person edited must pass this; without it they cannot be edited. */
  readonly schema?: { parse(value: unknown): A };
  /** It changes nothing: it may be repeated, and it goes on while a person has control. */
  readonly reads?: boolean;
  /** For doors that can tell their agent that a person is deciding; called when it begins to wait, and again when it goes on. */
  readonly onHeld?: (held: { readonly reason: string } | null) => void;
  /** For doors that can carry it: what people wrote and changed, told just before the call's answer or refusal. Given once. */
  readonly onNotice?: (notices: readonly Notice[]) => void;
  /** Makes the result of what a person answers in the sandbox's stead; without it nobody can. Throws for what it cannot be. */
  readonly answer?: { parse(value: unknown): T };
  /** Told its id before it runs, or before its answer when a person gave one. */
  readonly onCall?: (call: CallId) => void;
}

export interface CallService {
  /** The living sandbox in which this token asked for something last; null when there is none since the server started. */
  lastSandbox(token: TokenId): SandboxId | null;
  /** Whether its answer might be held after such a call ran, so that it must not go out as it comes. */
  mayHoldAfter(sandbox: SandboxId, name: string): boolean;
  /** Ties calls to the tool uses of a model that they carry out; see gate/causes.ts. */
  readonly causes: Pick<Causes, 'offer' | 'settle' | 'within'>;
  /**
   * Through the gate. `work` gets the arguments as they were let through (a person may have edited them) and runs at most once.
   * Throws what `work` throws, and `forbidden` with the reason when it was rejected.
   */
  pass<A extends Record<string, unknown>, T>(
    caller: Caller,
    sandbox: SandboxId,
    asked: AskedCall<A, T>,
    work: (given: A) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>;
}

/** Pausing, stepping, deciding and control; see docs/gate.md. Whoever must have control and has not gets `controlled`. */
export interface GateService {
  get(sandbox: SandboxId): Gate;
  /** After each change. Returns the way to stop. */
  onChange(sandbox: SandboxId, listener: () => void): () => void;
  update(caller: Caller, sandbox: SandboxId, policy: Partial<GatePolicy>): Gate;
  /** Resolves when it has happened. */
  pause(caller: Caller, sandbox: SandboxId, how: { inFlight?: InFlight; freeze?: boolean }): Promise<Gate>;
  continue(caller: Caller, sandbox: SandboxId): Promise<Gate>;
  step(caller: Caller, sandbox: SandboxId, call?: CallId): Promise<Gate>;
  runTo(caller: Caller, sandbox: SandboxId, to: RunTo): Promise<Gate>;
  decide(caller: Caller, sandbox: SandboxId, call: CallId, decision: Decision): Promise<Gate>;
  /** All of it, or what is of this rule and these calls. */
  forgetAlike(caller: Caller, sandbox: SandboxId, which?: { rule?: RuleId; name?: string }): Gate;
  takeControl(caller: Caller, sandbox: SandboxId, reason?: string): Control;
  requestControl(caller: Caller, sandbox: SandboxId, reason?: string): Control;
  giveControl(caller: Caller, sandbox: SandboxId, to: string, note?: string): Control;
  releaseControl(caller: Caller, sandbox: SandboxId, options: { fence?: number; note?: string }): Control;
  keepControl(caller: Caller, sandbox: SandboxId, fence: number): Control;
  /** Mouse, keyboard and clipboard, which cannot wait. Throws when the caller may not use them now. */
  touch(caller: Caller, sandbox: SandboxId): void;
  /** Called when somebody other than this caller has got control. Returns the way to stop. */
  onControl(sandbox: SandboxId, caller: Caller, onLost: () => void): () => void;
  /** Parks the agent until somebody has answered. */
  ask(caller: Caller, sandbox: SandboxId, question: AskPerson, signal?: AbortSignal): Promise<Answer>;
  answer(caller: Caller, sandbox: SandboxId, call: CallId, answer: Answer): Gate;
  send(caller: Caller, sandbox: SandboxId, text: string): Notice;
  takeNotices(caller: Caller, sandbox: SandboxId): Notice[];
  /** The server closes: those who wait are told to come back. */
  letGo(): void;
  /** How many wait to be taken. */
  notices(sandbox: SandboxId): number;
}
