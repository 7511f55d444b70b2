/** That control was taken from this page, or lapsed: who has it now and why, until something else happens to it. */
import type { LogEvent, SandboxId } from '@sandglass/protocol';
import { useEvents } from './events.ts';
import { useMe } from './gate.ts';
import { serverNowMs } from './serverClock.ts';
import { shownName } from './shownName.ts';

type Changed = Extract<LogEvent, { kind: 'control.changed' }>;

export interface ControlLoss {
  readonly atMs: number;
  /** `Anna took control` */
  readonly title: string;
  readonly detail: string;
}

/** Later it tells nobody anything. */
const TOLD_FOR_MS = 10 * 60_000;

/** Undefined when `me` has not lost control, or gave it away. */
export function lossOf(events: readonly LogEvent[], me: string | undefined, nowMs: number): ControlLoss | undefined {
  const last = events.findLast((event): event is Changed => event.kind === 'control.changed');
  if (last === undefined || me === undefined || nowMs - last.wallMs > TOLD_FOR_MS) return undefined;
  const { from, to, why, reason } = last.data;
  if (from.kind !== 'person' || from.viewer !== me || (to.kind === 'person' && to.viewer === me)) return undefined;
  if (why === 'taken' && to.kind === 'person')
    return {
      atMs: last.wallMs,
      title: `${shownName(to.name)} took control`,
      detail: reason === null ? 'Keys and buttons that you held were let go.' : `“${shownName(reason)}”`,
    };
  if (why === 'expired')
    return {
      atMs: last.wallMs,
      title: 'You no longer have control',
      detail: 'Nothing was heard of this page for a while. Keys that you held were let go; the agent may go on.',
    };
  return undefined;
}

export function useControlLoss(sandbox: SandboxId): ControlLoss | undefined {
  return lossOf(useEvents(sandbox).events, useMe(sandbox), serverNowMs());
}
