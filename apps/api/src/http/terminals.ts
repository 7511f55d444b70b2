import type { SandboxId, Terminal } from '@sandglass/protocol';
import { recordedTerminals } from '../bundles/recordedTerminals.ts';
import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

type Names = 'terminals' | 'openTerminal' | 'updateTerminal' | 'closeTerminal';

export function terminalHandlers({ sandboxes, terminals }: Services): Pick<Handlers, Names> {
  const withPast = (sandbox: SandboxId, own: Terminal[]): Terminal[] => {
    if (sandboxes.pasts(sandbox).length === 0) return own;
    const { createdAtMs } = sandboxes.get(sandbox);
    const known = new Set(own.map(({ id }) => id));
    const all = recordedTerminals(sandboxes.recording(sandbox), sandbox, own);
    return all.filter((terminal) => known.has(terminal.id) || terminal.createdAtMs < createdAtMs);
  };
  return {
    terminals: ({ params, query }) => {
      const own = terminals.list(params.sandbox);
      return { items: query.past ? withPast(params.sandbox, own) : own, next: null };
    },
    openTerminal: async ({ caller, params, body }) => {
      const owner = body.owner ?? (caller.actor === 'person' ? 'person' : 'agent');
      return await terminals.open(caller, params.sandbox, { ...body, owner });
    },
    updateTerminal: async ({ caller, params, body }) =>
      await terminals.update(caller, params.sandbox, params.terminal, body),
    closeTerminal: async ({ caller, params }) => await terminals.close(caller, params.sandbox, params.terminal),
  };
}
