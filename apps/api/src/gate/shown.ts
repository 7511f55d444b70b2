/** The gate as people see it. */
import { type Gate, type HoldReason, openGate, type SandboxGate as Summary } from '@sandglass/protocol';
import type { SandboxEntry } from '../sandboxes/entry.ts';
import type { ControlDesk } from './control.ts';
import type { GateCall } from './gateCall.ts';
import { type Hold, shownMode } from './holdMachine.ts';
import type { Notices } from './notices.ts';
import type { Questions } from './questions.ts';

/** What a person is to decide. */
const needing: ReadonlySet<HoldReason['kind']> = new Set(['breakpoint', 'approval', 'runTo']);

export interface ShownParts {
  readonly entry: SandboxEntry;
  readonly mode: Hold;
  readonly calls: readonly GateCall[];
  readonly control: ControlDesk;
  readonly questions: Questions;
  readonly notices: Notices;
  readonly alike: readonly Gate['alike'][number][];
  readonly policy: Gate['policy'];
}

export function shownGate(parts: ShownParts): Gate {
  const { entry, calls, control, questions, notices } = parts;
  return {
    sandbox: entry.id,
    seq: entry.ended ? entry.sandbox().lastSeq : entry.log.lastSeq,
    mode: shownMode(parts.mode),
    held: calls.flatMap((call) => call.held() ?? []),
    running: calls.filter((call) => call.isRunning).map((call) => call.running()),
    moving: moving(parts),
    control: control.control,
    questions: questions.open,
    notices: [...notices.waiting],
    alike: [...parts.alike],
    policy: parts.policy,
  };
}

export function summaryOf({ entry, mode, calls, control, questions }: ShownParts): Summary {
  if (entry.ended) return openGate;
  const held = calls.flatMap((call) => {
    const shown = call.held();
    return shown && needing.has(shown.reason.kind) ? shown : [];
  });
  const needs = [
    ...held.map(({ heldAtMs, name, summary }) => ({ atMs: heldAtMs, words: `${name} ${summary}` })),
    ...questions.open.map(({ askedAtMs, question }) => ({ atMs: askedAtMs, words: question })),
  ].sort((a, b) => a.atMs - b.atMs);
  return {
    mode: mode.kind,
    control: control.control.holder,
    fence: control.control.fence,
    heldCalls: held.length,
    questions: questions.open.length,
    sinceMs: needs[0]?.atMs ?? null,
    summary: needs[0]?.words.slice(0, 200) ?? null,
  };
}

function moving({ entry, mode, calls }: ShownParts): string[] {
  if (mode.kind !== 'paused' && mode.kind !== 'pausing') return [];
  const model = calls.some((call) => call.isRunning && call.caller.door === 'model');
  const programs =
    entry.facts.capabilities.freeze === 'none'
      ? 'Its programs: this driver cannot freeze them.'
      : 'Its programs run on; only calls wait.';
  return [
    ...(mode.freeze ? ['Other machines that it talks to, until they give up waiting.'] : [programs]),
    ...(model ? ['A model that was asked goes on answering.'] : []),
  ];
}
