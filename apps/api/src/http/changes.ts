import type { Base, SandboxId } from '@sandglass/protocol';
import type { Services } from '../services.ts';
import { type ContentSource, sendBytes, sendText } from './fileContent.ts';
import type { Handlers } from './handlers.ts';

type Names = 'changes' | 'revertChange' | 'baseFiles' | 'baseStat' | 'readBaseFile';

export function changeHandlers({ changes, sandboxes }: Services): Pick<Handlers, Names> {
  /** What a machine began with is asked of the one that it was then; a checkpoint only of the sandbox that has it. */
  const ownerAt = (sandbox: SandboxId, base: Base, atUs: number | undefined) =>
    atUs === undefined || base !== 'start' ? sandbox : sandboxes.ownerAt(sandbox, atUs);
  return {
    changes: async ({ params, query }) =>
      await changes.changes(ownerAt(params.sandbox, query.since, query.untilUs), query.since, {
        compare: query.compare ?? false,
        everything: query.everything ?? false,
        untilUs: query.untilUs,
      }),
    revertChange: async ({ caller, params, body, signal }) =>
      await changes.revert(caller, params.sandbox, body.path, body.since, signal),
    baseFiles: async ({ params, query }) =>
      await changes.list(
        ownerAt(params.sandbox, params.base, query.atUs),
        params.base,
        query.path,
        query.limit,
        query.after,
      ),
    baseStat: async ({ params, query }) =>
      await changes.stat(ownerAt(params.sandbox, params.base, query.atUs), params.base, query.path),
    readBaseFile: async ({ params, query, request, reply, signal }) => {
      const of = ownerAt(params.sandbox, params.base, query.atUs);
      const source: ContentSource = {
        stat: () => changes.stat(of, params.base, query.path),
        read: (range) => changes.read(of, params.base, query.path, range, signal),
      };
      return query.text ? await sendText(source, reply) : await sendBytes(source, request, reply);
    },
  };
}
