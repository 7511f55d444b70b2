import { playDemo } from '../agents/demo/demoAgent.ts';
import { realPause } from '../doors/acts/pause.ts';
import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

/** It goes on after the reply; what it does is in the sandbox's recording. */
export function demoHandlers(services: Services): Pick<Handlers, 'startDemo'> {
  return {
    startDemo: async ({ caller, signal }) => {
      const { images } = await services.system.system();
      const image = images.some(({ name, ready }) => name === 'desktop' && ready) ? 'desktop' : 'base';
      const agent = { actor: 'agent', door: 'native', token: caller.token } as const;
      const sandbox = await services.sandboxes.create(
        caller,
        { image, name: 'demo: checkout', labels: { demo: 'checkout' } },
        signal,
      );
      void playDemo({ services, caller: agent, sandbox: sandbox.id, pause: realPause }).catch(() => undefined);
      return services.sandboxes.get(sandbox.id);
    },
  };
}
