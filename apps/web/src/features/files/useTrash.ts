import { type FileFailure, type SandboxId, type TrashItem, toAppError } from '@sandglass/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../../platform/client.tsx';

/** What was deleted and can be brought back; `onBack` hears what is in its place again. */
export function useTrash(sandbox: SandboxId, onBack: (paths: readonly string[]) => void) {
  const client = useClient();
  const queries = useQueryClient();
  const params = { sandbox };
  const key = ['trash', sandbox];
  const [failed, setFailed] = useState<readonly FileFailure[]>([]);
  const list = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => (await client.request('trash', { params, signal })).items,
    // What others delete meanwhile, and what the desktop's own file manager throws away.
    staleTime: 0,
    gcTime: 0,
  });
  const forget = (gone: ReadonlySet<string>) =>
    queries.setQueryData<TrashItem[]>(key, (before) => before?.filter(({ id }) => !gone.has(id)));
  const restore = useMutation({
    mutationFn: ({ items, overwrite }: { items: readonly TrashItem[]; overwrite: boolean }) =>
      client.request('restoreTrash', {
        params,
        body: { ids: items.map(({ id }) => id), ...(overwrite ? { overwrite } : {}) },
      }),
    onMutate: () => setFailed([]),
    onSuccess: (done, { items }) => {
      const not = new Set(done.failed.map(({ path }) => path));
      const back = items.filter(({ id }) => !not.has(id));
      forget(new Set(back.map(({ id }) => id)));
      setFailed(done.failed);
      onBack(back.map(({ path }) => path));
    },
    onError: (error) => setFailed([{ path: '', code: toAppError(error).code, message: (error as Error).message }]),
  });
  const empty = useMutation({
    mutationFn: () => client.request('emptyTrash', { params }),
    onSuccess: () => queries.setQueryData<TrashItem[]>(key, []),
  });
  return { list, restore, empty, failed };
}
