import type { Sandbox, SandboxId } from '@sandglass/protocol';
import type { Principal } from '../identity/identity.ts';
import type { Services } from '../services.ts';
import type { Presence } from './presence.ts';
import type { StatsSampler } from './sampler.ts';
import type { TerminalSizing } from './sizing.ts';

/** What the topics share. */
export interface StreamContext {
  readonly services: Services;
  readonly sizing: TerminalSizing;
  readonly sampler: StatsSampler;
  readonly presence: Presence;
  readonly principal: Principal;
}

export const hasEnded = (sandbox: Sandbox): boolean => sandbox.phase === 'dead' || sandbox.phase === 'failed';

/** Calls back once when the sandbox ends, at once when it has. Returns the way to stop. */
export function onSandboxEnd(services: Services, id: SandboxId, listener: () => void): () => void {
  if (hasEnded(services.sandboxes.get(id))) {
    listener();
    return () => {};
  }
  const stop = services.sandboxes.onChange((sandbox) => {
    if (sandbox.id !== id || !hasEnded(sandbox)) return;
    stop();
    listener();
  });
  return stop;
}
