import type { Sandbox, SandboxId } from '@sandglass/protocol';
import { coversSandbox } from '../../identity/roles.ts';
import type { StreamContext } from '../context.ts';
import type { Follower, Link } from '../link.ts';

/** The list, then every change. For a slow viewer only the newest state of each sandbox waits. */
export async function followSandboxes(link: Link, { services, principal }: StreamContext): Promise<Follower> {
  const scope = principal.token.scope;
  const waiting = new Map<SandboxId, Sandbox>();
  let phase: 'listing' | 'following' = 'listing';
  const flush = () => {
    if (phase !== 'following') return;
    for (const [id, sandbox] of waiting) {
      if (!link.writable) return;
      waiting.delete(id);
      link.send({ type: 'sandbox', seq: sandbox.lastSeq, sandbox });
    }
  };
  // Listens before it lists, so that no change falls in between.
  const stop = services.sandboxes.onChange((sandbox) => {
    if (!coversSandbox(scope, sandbox.id)) return;
    waiting.set(sandbox.id, sandbox);
    flush();
  });
  try {
    const sandboxes: Sandbox[] = [];
    let after: string | undefined;
    do {
      const page = await services.sandboxes.list({
        limit: 1000,
        ...(after === undefined ? {} : { after }),
        ...(scope.kind === 'sandbox' ? { only: scope.sandbox } : {}),
      });
      sandboxes.push(...page.items);
      after = page.next ?? undefined;
    } while (after !== undefined);
    if (link.isOpen) {
      link.send({ type: 'opened', seq: 0, resumed: false, mayInput: false });
      link.send({ type: 'sandboxes', seq: 0, sandboxes });
      phase = 'following';
      flush();
    }
  } catch (error) {
    stop();
    throw error;
  }
  return { drained: flush, close: stop };
}
