/** The one place that says how a sandbox is, for the pill, the cards and the border of its screen alike. */
import type { Sandbox, SandboxPhase } from '@sandglass/protocol';
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

/** `asked` is what this page asked for and the server has not confirmed yet; what the server says goes first. */
export function statusOf(sandbox: Pick<Sandbox, 'phase' | 'asked'>, asked: Asked | null = null): Status {
  const status = phases[sandbox.phase];
  if (status.moving || isEnded(sandbox)) return status;
  const wanted = sandbox.asked ?? asked;
  return wanted === null ? status : askedStatus[wanted];
}

export const isEnded = (sandbox: Pick<Sandbox, 'phase'>): boolean =>
  sandbox.phase === 'dead' || sandbox.phase === 'failed';

/** Processes can answer: running, or running again in a moment. */
export const isAwake = (sandbox: Pick<Sandbox, 'phase'>): boolean =>
  sandbox.phase === 'running' || sandbox.phase === 'checkpointing';
