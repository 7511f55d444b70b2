import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

type Names =
  | 'sandboxes'
  | 'createSandbox'
  | 'sandbox'
  | 'updateSandbox'
  | 'changeEnvironment'
  | 'undoIntervention'
  | 'killSandbox'
  | 'freezeSandbox'
  | 'thawSandbox'
  | 'stats'
  | 'statsHistory'
  | 'events';

export function sandboxHandlers({ sandboxes, interventions }: Services): Pick<Handlers, Names> {
  return {
    sandboxes: async ({ query, principal }) => {
      const scope = principal.token.scope;
      return await sandboxes.list({
        limit: query.limit,
        ...(query.after === undefined ? {} : { after: query.after }),
        ...(query.phase === undefined ? {} : { phase: query.phase }),
        ...(query.label === undefined ? {} : { label: query.label }),
        ...(query.ended === undefined ? {} : { ended: query.ended }),
        ...(scope.kind === 'sandbox' ? { only: scope.sandbox } : {}),
      });
    },
    changeEnvironment: async ({ caller, params, body }) =>
      await interventions.setEnvironment(caller, params.sandbox, body),
    undoIntervention: async ({ caller, params }) => await interventions.undo(caller, params.sandbox, params.seq),
    createSandbox: async ({ caller, body, signal }) => await sandboxes.create(caller, body, signal),
    sandbox: ({ params }) => sandboxes.get(params.sandbox),
    updateSandbox: async ({ caller, params, body }) => await sandboxes.update(caller, params.sandbox, body),
    killSandbox: async ({ caller, params }) => await sandboxes.kill(caller, params.sandbox),
    freezeSandbox: async ({ caller, params }) => await sandboxes.freeze(caller, params.sandbox),
    thawSandbox: async ({ caller, params }) => await sandboxes.thaw(caller, params.sandbox),
    stats: async ({ params }) => await sandboxes.stats(params.sandbox),
    statsHistory: ({ params, query }) => ({ items: sandboxes.statsHistory(params.sandbox, query.lastMs) }),
    events: ({ params, query }) => {
      sandboxes.get(params.sandbox);
      const log = sandboxes.recording(params.sandbox);
      return { items: log.events(query.from, query.limit), lastSeq: log.lastSeq };
    },
  };
}
