import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

type Names =
  | 'runs'
  | 'run'
  | 'startRun'
  | 'updateRun'
  | 'endRun'
  | 'sayOfRun'
  | 'removeRun'
  | 'giveVerdict'
  | 'takeBackVerdict'
  | 'notes'
  | 'writeNote'
  | 'editNote'
  | 'removeNote';

export function reviewHandlers({ runs, notes }: Services): Pick<Handlers, Names> {
  return {
    runs: async ({ query, principal: { token } }) =>
      await runs.list({ ...query, ...(token.scope.kind === 'sandbox' ? { only: token.scope.sandbox } : {}) }),
    run: ({ params }) => runs.get(params.sandbox, params.run),
    startRun: async ({ caller, params, body }) => await runs.start(caller, params.sandbox, body),
    updateRun: async ({ caller, params, body }) => await runs.update(caller, params.sandbox, params.run, body),
    endRun: async ({ caller, params, body }) => await runs.end(caller, params.sandbox, params.run, body),
    sayOfRun: ({ caller, params, body }) => runs.say(caller, params.sandbox, params.run, body),
    removeRun: async ({ caller, params }) => await runs.remove(caller, params.sandbox, params.run),
    giveVerdict: async ({ caller, params, body }) => await runs.judge(caller, params.sandbox, params.run, body),
    takeBackVerdict: async ({ caller, params }) => await runs.judge(caller, params.sandbox, params.run, null),
    notes: ({ params }) => ({ items: notes.list(params.sandbox), next: null }),
    writeNote: async ({ caller, params, body }) => await notes.write(caller, params.sandbox, body),
    editNote: async ({ caller, params, body }) => await notes.edit(caller, params.sandbox, params.note, body),
    removeNote: async ({ caller, params }) => await notes.remove(caller, params.sandbox, params.note),
  };
}
