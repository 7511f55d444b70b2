import type { Services } from '../services.ts';
import { type ContentSource, sendBytes, sendText } from './fileContent.ts';
import type { Handlers } from './handlers.ts';

type Names = 'changes' | 'revertChange' | 'baseFiles' | 'baseStat' | 'readBaseFile';

export function changeHandlers({ changes }: Services): Pick<Handlers, Names> {
  return {
    changes: async ({ params, query }) =>
      await changes.changes(params.sandbox, query.since, {
        compare: query.compare ?? false,
        everything: query.everything ?? false,
        untilUs: query.untilUs,
      }),
    revertChange: async ({ caller, params, body, signal }) =>
      await changes.revert(caller, params.sandbox, body.path, body.since, signal),
    baseFiles: async ({ params, query }) =>
      await changes.list(params.sandbox, params.base, query.path, query.limit, query.after),
    baseStat: async ({ params, query }) => await changes.stat(params.sandbox, params.base, query.path),
    readBaseFile: async ({ params, query, request, reply, signal }) => {
      const source: ContentSource = {
        stat: () => changes.stat(params.sandbox, params.base, query.path),
        read: (range) => changes.read(params.sandbox, params.base, query.path, range, signal),
      };
      return query.text ? await sendText(source, reply) : await sendBytes(source, request, reply);
    },
  };
}
