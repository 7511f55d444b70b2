import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

export function execHandlers({ execs }: Services): Pick<Handlers, 'startExec' | 'exec' | 'signalExec'> {
  return {
    startExec: async ({ caller, params, body, signal }) => await execs.start(caller, params.sandbox, body, signal),
    exec: async ({ params }) => await execs.lookUp(params.sandbox, params.exec),
    signalExec: async ({ caller, params, body }) =>
      await execs.signal(caller, params.sandbox, params.exec, body.signal),
  };
}
