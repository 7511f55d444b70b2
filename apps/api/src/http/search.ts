import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

export function searchHandlers({ sandboxes, search }: Services): Pick<Handlers, 'search' | 'searchSandbox'> {
  return {
    searchSandbox: ({ params, query }) => {
      sandboxes.get(params.sandbox);
      const { q: words, limit, afterSeq, source } = query;
      return search.find({ words, limit, sandbox: params.sandbox, afterSeq, ...(source ? { source } : {}) });
    },
    search: ({ query: { q: words, limit, source } }) => search.find({ words, limit, ...(source ? { source } : {}) }),
  };
}
