/** What begins to need somebody, in any sandbox: told once each, after the gate has said that something changed. */
import type { Gate, HeldCall, HoldReason, Question, SandboxId, WebhookKind } from '@sandglass/protocol';
import { oneLine } from '../lib/bounded.ts';
import type { SandboxEntry } from '../sandboxes/entry.ts';
import type { SandboxRoom } from '../sandboxes/room.ts';

/** What a person is to decide; what a pause holds, a person holds who knows it. */
const needing: ReadonlySet<HoldReason['kind']> = new Set(['breakpoint', 'approval', 'runTo']);

export interface Need {
  readonly kind: WebhookKind;
  readonly entry: SandboxEntry;
  readonly held: HeldCall | null;
  readonly question: Question | null;
  /** Nobody has decided or answered yet. */
  readonly stands: () => boolean;
}

export interface NeedsOptions {
  readonly room: SandboxRoom;
  readonly gate: (sandbox: SandboxId) => Gate;
  readonly onNeed: (need: Need) => void;
}

/** Returns the way to stop. */
export function followNeeds({ room, gate, onNeed }: NeedsOptions): () => void {
  const told = new Map<SandboxId, Set<string>>();
  return room.onChange(({ id, gate: summary }) => {
    const before = told.get(id);
    if (summary.heldCalls + summary.questions === 0 && !before) return;
    const entry = room.find(id);
    const now = new Map(entry && !entry.ended ? needsOf(entry, () => gate(id)) : []);
    if (now.size === 0) told.delete(id);
    else told.set(id, new Set(now.keys()));
    for (const [key, need] of now) if (!before?.has(key)) onNeed(need);
  });
}

function needsOf(entry: SandboxEntry, gate: () => Gate): [string, Need][] {
  const { held, questions } = gate();
  const isHeld = (key: string) => (now: Gate) => now.held.some((one) => keyOf(one) === key);
  const isAsked = (key: string) => (now: Gate) => now.questions.some(({ call }) => call === key);
  const need = (key: string, stands: (now: Gate) => boolean, of: Pick<Need, 'kind' | 'held' | 'question'>) =>
    [key, { ...of, entry, stands: () => !entry.ended && stands(gate()) }] as [string, Need];
  return [
    ...held
      .filter(({ reason }) => needing.has(reason.kind))
      .map((one) => need(keyOf(one), isHeld(keyOf(one)), { kind: 'held', held: one, question: null })),
    ...questions.map((one) => need(one.call, isAsked(one.call), { kind: 'question', held: null, question: one })),
  ];
}

const keyOf = ({ call, when }: HeldCall): string => `${call} ${when}`;

/** One line for people. */
export function titleOf({ entry, held, question }: Need): string {
  const { name } = entry.facts;
  if (held) return oneLine(`${name}: ${held.name} ${held.summary}`, 200);
  return oneLine(`${name} asks: ${entry.log.redact(question?.question ?? '')}`, 200);
}
