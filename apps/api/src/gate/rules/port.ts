/** How the gate asks the rules. It is the gate that holds and refuses; a rule only says so. Synchronous, and never throws. */
import type { Actor, CallId, Door, RuleId, SandboxId } from '@sandglass/protocol';

/** A call as it was asked; the arguments whole, not as the log cuts them. */
export interface AskedFacts {
  readonly call: CallId;
  readonly name: string;
  readonly summary: string;
  readonly arguments: Record<string, unknown>;
  readonly actor: Actor;
  readonly door: Door;
}

export interface EndedFacts extends AskedFacts {
  readonly ok: boolean;
  readonly durationMs: number;
  /** What came of it, in words. */
  readonly outcome: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface RuleRef {
  readonly id: RuleId;
  readonly name: string;
  readonly text: string;
}

/** The strictest of what the matching rules want: refuse, then hold, then ask. */
export type Decision =
  | { readonly kind: 'pass' }
  | { readonly kind: 'hold'; readonly rule: RuleRef }
  | { readonly kind: 'ask'; readonly rule: RuleRef }
  | { readonly kind: 'refuse'; readonly rule: RuleRef; readonly reason: string };

export interface Matched {
  readonly decision: Decision;
  /** A checkpoint is wanted before anything else: made by `system`, so that no rule matches it again. */
  readonly checkpoint: RuleRef | null;
  readonly rules: readonly RuleRef[];
}

export interface RulePort {
  /** After `call.asked` is in the log and before it runs. null: no rule matched, the common case. Counts the hits. */
  before(sandbox: SandboxId, call: AskedFacts): Matched | null;
  /** After it ran and before its caller hears of it. Never a refusal. */
  after(sandbox: SandboxId, call: EndedFacts): Matched | null;
  /** Whether some rule could hold what comes of calls of this name. */
  mayHoldAfter(sandbox: SandboxId, name: string): boolean;
  /** A rule matched an event (a file changed, a host was refused …): `hold` means that the agent's next call is held. */
  onEvent(listener: (sandbox: SandboxId, matched: Matched) => void): () => void;
}

/** A gate without rules. */
export const noRules: RulePort = {
  before: () => null,
  after: () => null,
  mayHoldAfter: () => false,
  onEvent: () => () => {},
};
