/** The one place that says how a sandbox is, for the pill, the cards and the border of its screen alike. */
import type { Sandbox, SandboxGate, SandboxPhase } from '@sandglass/protocol';
import type { Tone } from '@sandglass/ui';

export type Asked = NonNullable<Sandbox['asked']>;

export interface Status {
  readonly label: string;
  readonly tone: Tone;
  /** Asked for and not there yet. */
  readonly moving: boolean;
}

const phases: Record<SandboxPhase, Status> = {
  creating: { label: 'Creating…', tone: 'sand', moving: true },
  running: { label: 'Running', tone: 'ok', moving: false },
  freezing: { label: 'Freezing…', tone: 'idle', moving: true },
  frozen: { label: 'Frozen', tone: 'idle', moving: false },
  thawing: { label: 'Thawing…', tone: 'ok', moving: true },
  checkpointing: { label: 'Checkpointing…', tone: 'check', moving: true },
  restoring: { label: 'Restoring…', tone: 'check', moving: true },
  killing: { label: 'Killing…', tone: 'err', moving: true },
  dead: { label: 'Ended', tone: 'idle', moving: false },
  failed: { label: 'Failed', tone: 'err', moving: false },
};

const askedStatus: Record<Asked, Status> = {
  freeze: phases.freezing,
  thaw: phases.thawing,
  checkpoint: phases.checkpointing,
  restore: phases.restoring,
  kill: phases.killing,
};

/** What the gate adds; open says nothing. */
const modes: Record<SandboxGate['mode'], Status | null> = {
  open: null,
  pausing: { label: 'Pausing…', tone: 'warn', moving: true },
  paused: { label: 'Paused', tone: 'warn', moving: false },
  continuing: { label: 'Continuing…', tone: 'ok', moving: true },
  stepping: { label: 'Stepping', tone: 'ok', moving: false },
  runningTo: { label: 'Running to…', tone: 'ok', moving: false },
};
const asks: Status = { label: 'Asks you', tone: 'warn', moving: false };
const held: Status = { label: 'Held', tone: 'warn', moving: false };

type Known = Pick<Sandbox, 'phase' | 'asked'> & { readonly gate?: SandboxGate };

/** `asked` is what this page asked for and the server has not confirmed yet; what the server says goes first. */
export function statusOf(sandbox: Known, asked: Asked | null = null): Status {
  const status = phases[sandbox.phase];
  const mode = sandbox.gate === undefined ? null : modes[sandbox.gate.mode];
  // Freezing and thawing are parts of a pause and of its end.
  if (mode?.moving === true && !isEnded(sandbox) && sandbox.phase !== 'killing') return mode;
  if (status.moving || isEnded(sandbox)) return status;
  const wanted = sandbox.asked ?? asked;
  if (wanted !== null) return askedStatus[wanted];
  if (needsPerson(sandbox)) return sandbox.gate!.questions > 0 ? asks : held;
  return mode ?? status;
}

/** A call that a rule holds, or a question. */
export const needsPerson = ({ gate }: { readonly gate?: SandboxGate }): boolean =>
  gate !== undefined && (gate.heldCalls > 0 || gate.questions > 0);

export const isEnded = (sandbox: Pick<Sandbox, 'phase'>): boolean =>
  sandbox.phase === 'dead' || sandbox.phase === 'failed';

/** Processes can answer: running, or running again in a moment. */
export const isAwake = (sandbox: Pick<Sandbox, 'phase'>): boolean =>
  sandbox.phase === 'running' || sandbox.phase === 'checkpointing';
