import { AppError, type Sandbox } from '@sandglass/protocol';
import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

type Names = 'processes' | 'windows' | 'signalProcess' | 'ports' | 'openPort';

export function machineHandlers({ machine, previews, sandboxes }: Services): Pick<Handlers, Names> {
  return {
    processes: async ({ params }) => ({ items: await machine.processes(params.sandbox), next: null }),
    windows: async ({ params, query }) => machine.windows(params.sandbox, query.untilUs),
    signalProcess: async ({ caller, params, body }) =>
      await machine.signal(caller, params.sandbox, params.pid, body.signal),
    // A ticket is made when it is wanted (POST …/preview), never handed out with a list.
    ports: async ({ params }) => {
      const ports = await machine.ports(params.sandbox);
      return { items: ports.map((port) => ({ ...port, previewUrl: null })), next: null };
    },
    openPort: async ({ caller, params, request }) => {
      refuseEnded(sandboxes.get(params.sandbox));
      return await previews.open(caller, params.sandbox, params.port, { host: request.headers.host ?? '' });
    },
  };
}

function refuseEnded({ phase }: Sandbox): void {
  if (phase === 'dead' || phase === 'failed')
    throw new AppError('gone', 'The sandbox has ended; none of its ports can be opened any more.');
}
