/** Which sandboxes began to wait for a person, between two looks at all of them. Pure. */
import type { Sandbox, SandboxId } from '@sandglass/protocol';
import { shownName } from './shownName.ts';
import { isEnded, needsPerson } from './status.ts';

/** Since when each waits. */
export type Waiting = ReadonlyMap<SandboxId, number>;

export const waitingOf = (sandboxes: readonly Sandbox[]): Waiting =>
  new Map(
    sandboxes
      .filter((sandbox) => !isEnded(sandbox) && needsPerson(sandbox))
      .map((sandbox) => [sandbox.id, sandbox.gate.sinceMs ?? 0]),
  );

/** Those that did not wait before, or wait for something else now. */
export const begun = (before: Waiting, now: Waiting): SandboxId[] =>
  [...now].filter(([id, sinceMs]) => before.get(id) !== sinceMs).map(([id]) => id);

export function waitingWords({ gate, name }: Pick<Sandbox, 'gate' | 'name'>): { title: string; body: string } {
  return {
    title: `${shownName(name).slice(0, 80)} ${gate.questions > 0 ? 'asks you' : 'is held'}`,
    body: gate.summary === null ? '' : shownName(gate.summary).slice(0, 200),
  };
}
