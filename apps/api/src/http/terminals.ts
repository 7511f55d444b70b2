import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

type Names = 'terminals' | 'openTerminal' | 'updateTerminal' | 'closeTerminal';

export function terminalHandlers({ terminals }: Services): Pick<Handlers, Names> {
  return {
    terminals: ({ params }) => ({ items: terminals.list(params.sandbox), next: null }),
    openTerminal: async ({ caller, params, body }) => {
      const owner = body.owner ?? (caller.actor === 'person' ? 'person' : 'agent');
      return await terminals.open(caller, params.sandbox, { ...body, owner });
    },
    updateTerminal: async ({ caller, params, body }) =>
      await terminals.update(caller, params.sandbox, params.terminal, body),
    closeTerminal: async ({ caller, params }) => await terminals.close(caller, params.sandbox, params.terminal),
  };
}
