/** What the cards say of a hold. Pure. */
import type { HeldCall, HoldReason, RunTo } from '@sandglass/protocol';
import { detailOf } from '../../platform/summary.ts';

export function reasonWords(reason: HoldReason): string {
  switch (reason.kind) {
    case 'pause':
      return 'paused';
    case 'step':
      return 'after a step';
    case 'runTo':
      return runToWords(reason.to);
    case 'breakpoint':
      return `breakpoint “${reason.rule.name}”`;
    case 'approval':
      return `approval “${reason.rule.name}”`;
    case 'control':
      return `${reason.name} has control`;
  }
}

export function runToWords(to: RunTo): string {
  if (to.kind === 'call') return to.name === undefined ? 'ran to a call' : `ran to ${to.name}`;
  if (to.kind === 'error') return 'ran to an error';
  return to.kind === 'checkpoint'
    ? 'ran to a checkpoint'
    : `ran to a change${to.under === undefined ? '' : ` below ${to.under}`}`;
}

export const headOf = ({ when, reason }: Pick<HeldCall, 'when' | 'reason'>): string =>
  reason.kind === 'approval' && when === 'before'
    ? 'This call needs your approval'
    : when === 'before'
      ? 'Held before this call'
      : 'Held after this call';

/** `0:14`, `12:03`, `1:02:03`. */
export function waitedWords(sinceMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - sinceMs) / 1_000));
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

export const detailWords = ({ name, summary }: Pick<HeldCall, 'name' | 'summary'>): string => detailOf(name, summary);
