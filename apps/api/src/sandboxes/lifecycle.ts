/**
 * The life of a sandbox as one pure machine. What was asked and what has happened are two fields: `asked` is set the moment
 * somebody asks (the phase may have to wait for the operation before it) and cleared when it has happened or was given up.
 *
 * | phase         | ask x   | begin freeze | begin thaw | begin checkpoint | begin restore | begin kill | done        | failed    | ruined | lost |
 * |---------------|---------|--------------|------------|------------------|---------------|------------|-------------|-----------|--------|------|
 * | creating      | asked=x | —            | —          | —                | —             | killing    | running     | failed    | failed | dead |
 * | running       | asked=x | freezing     | —          | checkpointing    | restoring     | killing    | —           | —         | —      | dead |
 * | freezing      | asked=x | —            | —          | —                | —             | killing    | frozen      | running   | failed | dead |
 * | frozen        | asked=x | —            | thawing    | checkpointing    | restoring     | killing    | —           | —         | —      | dead |
 * | thawing       | asked=x | —            | —          | —                | —             | killing    | running     | frozen    | failed | dead |
 * | checkpointing | asked=x | —            | —          | —                | —             | killing    | as before   | as before | failed | dead |
 * | restoring     | asked=x | —            | —          | —                | —             | killing    | running     | as before | failed | dead |
 * | killing       | same    | —            | —          | —                | —             | same       | dead        | failed    | failed | same |
 * | dead, failed  | same    | —            | —          | —                | —             | —          | same        | same      | same   | same |
 *
 * — is refused (`wrongState`, or `gone` at the end). A kill is never refused while there is something to kill, may begin in the
 * middle of any other operation, and from then on nothing but the end of the kill changes anything. `drop x` takes back what was
 * asked and needs no doing. `ruined` is a failure that left nothing to go on with.
 */
import { AppError, type SandboxPhase } from '@sandglass/protocol';

export type Operation = 'freeze' | 'thaw' | 'checkpoint' | 'restore' | 'kill';
type Resting = 'running' | 'frozen';

export type Lifecycle =
  | { readonly phase: 'creating'; readonly asked: Operation | null }
  | { readonly phase: 'running'; readonly asked: Operation | null }
  | { readonly phase: 'frozen'; readonly asked: Operation | null }
  | { readonly phase: 'freezing'; readonly asked: Operation | null }
  | { readonly phase: 'thawing'; readonly asked: Operation | null }
  | { readonly phase: 'checkpointing' | 'restoring'; readonly asked: Operation | null; readonly before: Resting }
  | { readonly phase: 'killing'; readonly asked: 'kill'; readonly reason: string | null }
  | { readonly phase: 'dead'; readonly asked: null; readonly reason: string | null }
  | { readonly phase: 'failed'; readonly asked: null; readonly reason: string | null };

export type LifecycleEvent =
  | { readonly kind: 'ask' | 'drop'; readonly what: Operation }
  | { readonly kind: 'begin'; readonly what: Operation; readonly reason?: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'ruined'; readonly reason: string }
  | { readonly kind: 'lost'; readonly reason: string };

export const newborn: Lifecycle = { phase: 'creating', asked: null };

export function isEnded(phase: SandboxPhase): boolean {
  return phase === 'dead' || phase === 'failed';
}

/** What an operation in progress is doing, by its phase. */
const doing: Partial<Record<SandboxPhase, Operation>> = {
  freezing: 'freeze',
  thawing: 'thaw',
  checkpointing: 'checkpoint',
  restoring: 'restore',
};

/** @throws AppError `wrongState` or `gone` for a `begin` that the table refuses; every other event is answered in every state. */
export function transition(state: Lifecycle, event: LifecycleEvent): Lifecycle {
  if (state.phase === 'dead' || state.phase === 'failed') {
    if (event.kind === 'begin') throw refusal(state, event.what);
    return state;
  }
  if (state.phase === 'killing') return whileKilling(state, event);
  switch (event.kind) {
    case 'ask':
      return state.asked === 'kill' ? state : { ...state, asked: event.what };
    case 'drop':
      return state.asked === event.what ? { ...state, asked: null } : state;
    case 'begin':
      return begin(state, event.what, event.reason ?? null);
    case 'done':
      return settle(state, doneTo(state));
    case 'failed':
      if (state.phase === 'creating') return { phase: 'failed', asked: null, reason: event.reason };
      return settle(state, failedTo(state));
    case 'ruined':
      return { phase: 'failed', asked: null, reason: event.reason };
    case 'lost':
      return { phase: 'dead', asked: null, reason: event.reason };
  }
}

type Living = Exclude<Lifecycle, { phase: 'killing' | 'dead' | 'failed' }>;
type Killing = Extract<Lifecycle, { phase: 'killing' }>;

function whileKilling(state: Killing, event: LifecycleEvent): Lifecycle {
  if (event.kind === 'done') return { phase: 'dead', asked: null, reason: state.reason };
  if (event.kind === 'failed' || event.kind === 'ruined') return { phase: 'failed', asked: null, reason: event.reason };
  if (event.kind === 'begin' && event.what !== 'kill') throw refusal(state, event.what);
  return state;
}

function begin(state: Living, what: Operation, reason: string | null): Lifecycle {
  if (what === 'kill') return { phase: 'killing', asked: 'kill', reason };
  const asked = state.asked === 'kill' ? 'kill' : what;
  if (state.phase === 'running' && what === 'freeze') return { phase: 'freezing', asked };
  if (state.phase === 'frozen' && what === 'thaw') return { phase: 'thawing', asked };
  if ((state.phase === 'running' || state.phase === 'frozen') && (what === 'checkpoint' || what === 'restore'))
    return { phase: what === 'checkpoint' ? 'checkpointing' : 'restoring', asked, before: state.phase };
  throw refusal(state, what);
}

function doneTo(state: Living): Resting {
  switch (state.phase) {
    case 'freezing':
      return 'frozen';
    case 'checkpointing':
      return state.before;
    case 'frozen':
      return 'frozen';
    default:
      return 'running';
  }
}

function failedTo(state: Living): Resting {
  switch (state.phase) {
    case 'thawing':
    case 'frozen':
      return 'frozen';
    case 'checkpointing':
    case 'restoring':
      return state.before;
    default:
      return 'running';
  }
}

/** Back to rest; what was asked in the meantime stays asked. */
function settle(state: Living, phase: Resting): Lifecycle {
  return { phase, asked: state.asked === (doing[state.phase] ?? null) ? null : state.asked };
}

const words: Record<SandboxPhase, string> = {
  creating: 'is still being created',
  running: 'is running',
  freezing: 'is being frozen',
  frozen: 'is frozen',
  thawing: 'is being thawed',
  checkpointing: 'is being checkpointed',
  restoring: 'is being restored',
  killing: 'is being killed',
  dead: 'has ended',
  failed: 'has failed',
};

/** Why `what` is not possible now, in words, as the error to throw. */
export function refusal(state: Lifecycle, what: string): AppError {
  const details = { phase: state.phase };
  if (state.phase === 'dead' || state.phase === 'failed') {
    const why = state.reason === null ? '' : ` (${state.reason})`;
    return new AppError('gone', `The sandbox ${words[state.phase]}${why}. Its recording and checkpoints are kept.`, {
      details,
    });
  }
  const next =
    state.phase === 'frozen' ? ' Thaw it first.' : state.phase === 'running' ? '' : ' Try again in a moment.';
  return new AppError('wrongState', `Not possible now (${what}): the sandbox ${words[state.phase]}.${next}`, {
    details,
  });
}
