import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

export function systemHandlers({ system }: Services): Pick<Handlers, 'health' | 'ready' | 'system'> {
  return {
    health: () => ({ status: system.phase() }),
    ready: ({ reply }) => {
      const status = system.phase();
      if (status !== 'ok') reply.code(503);
      return { status };
    },
    system: async () => await system.system(),
  };
}
