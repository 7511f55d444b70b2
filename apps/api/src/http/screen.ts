import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

export function screenHandlers({ screens }: Services): Pick<Handlers, 'screenshot'> {
  return {
    screenshot: async ({ params, reply }) => {
      const image = await screens.png(params.sandbox);
      reply.type('image/png').header('cache-control', 'no-store');
      return image;
    },
  };
}
