import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

const YEAR_SECONDS = 31_536_000;

export function stillHandlers({ thumbnails }: Services): Pick<Handlers, 'stills' | 'still'> {
  return {
    stills: async ({ params, query }) => await thumbnails.stills(params.sandbox, { ...query, toUs: query.toUs }),
    still: async ({ params, request, reply }) => {
      const { still, isFinal } = await thumbnails.still(params.sandbox, params.atUs);
      const tag = `"${still.seq}"`;
      reply
        .type('image/jpeg')
        .header('etag', tag)
        .header('sandglass-seq', still.seq)
        .header('sandglass-at-us', still.atUs)
        .header('x-content-type-options', 'nosniff')
        // Only with the token or cookie it was asked with; at a moment that a later picture may still change, it is asked again.
        .header('cache-control', isFinal ? `private, max-age=${YEAR_SECONDS}, immutable` : 'private, no-cache');
      if (request.headers['if-none-match'] === tag) {
        reply.code(304);
        return null;
      }
      return still.jpeg;
    },
  };
}
