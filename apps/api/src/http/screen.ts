import { type Services, seesAs } from '../services.ts';
import type { Handlers } from './handlers.ts';

export function screenHandlers({ screens, sandboxes }: Services): Pick<Handlers, 'screenshot'> {
  return {
    screenshot: async ({ params, caller, reply }) => {
      // That it is unknown is said rather than that it has no screen.
      sandboxes.get(params.sandbox);
      const image = await screens.png(params.sandbox, seesAs(caller));
      reply.type('image/png').header('cache-control', 'no-store');
      return image;
    },
  };
}
