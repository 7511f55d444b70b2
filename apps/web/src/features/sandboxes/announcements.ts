/** What a screen reader is told of the wall, quietly: several changes in a moment are one sentence. */
import type { Sandbox, SandboxId, SandboxPhase } from '@sandglass/protocol';
import { shownName } from '../../platform/shownName.ts';
import type { Needs } from './wallModel.ts';

export interface Heard {
  readonly phases: ReadonlyMap<SandboxId, SandboxPhase>;
  readonly needs: Needs;
}

const said: Partial<Record<SandboxPhase, string>> = { running: 'runs', frozen: 'is frozen', dead: 'has ended' };
const MOST = 3;

export const hear = (sandboxes: readonly Sandbox[], needs: Needs): Heard => ({
  phases: new Map(sandboxes.map((sandbox) => [sandbox.id, sandbox.phase])),
  needs,
});

/** What changed since `before`; empty when nothing worth saying did. */
export function announce(before: Heard, sandboxes: readonly Sandbox[], needs: Needs): string {
  const news: string[] = [];
  for (const sandbox of sandboxes) {
    const name = shownName(sandbox.name).slice(0, 80);
    const was = before.phases.get(sandbox.id);
    const why = needs.get(sandbox.id);
    if (why !== undefined && before.needs.get(sandbox.id) !== why) news.push(`${name} needs you: ${why.toLowerCase()}`);
    else if (was === undefined) news.push(`${name} is new`);
    else if (was !== sandbox.phase && said[sandbox.phase] !== undefined) news.push(`${name} ${said[sandbox.phase]}`);
  }
  return news.length <= MOST ? news.join('. ') : `${news.slice(0, MOST).join('. ')}, and ${news.length - MOST} more`;
}
