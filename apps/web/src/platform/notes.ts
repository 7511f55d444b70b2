/** Notes to a recording, as every view reads them. */
import type { EditNote, NoteId, SandboxId, WriteNote } from '@sandglass/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useClient } from './client.tsx';
import { useEvents } from './events.ts';

const keyOf = (sandbox: SandboxId) => ['notes', sandbox] as const;

/** By moment. */
export function useNotes(sandbox: SandboxId) {
  const client = useClient();
  return useQuery({
    queryKey: keyOf(sandbox),
    queryFn: async ({ signal }) => (await client.request('notes', { params: { sandbox }, signal })).items,
    refetchOnWindowFocus: true,
  });
}

/** Those of others appear by themselves while the sandbox lives: its log says when they change. */
export function useFreshNotes(sandbox: SandboxId): void {
  const queries = useQueryClient();
  const newest = useEvents(sandbox).events.findLast((event) => event.kind === 'note.changed')?.seq;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks again when a newer one was logged, and only then
  useEffect(() => {
    if (newest !== undefined) void queries.invalidateQueries({ queryKey: keyOf(sandbox) });
  }, [newest]);
}

/** Each says in its form what did not work; what was typed stays there. */
export function useNoteActs(sandbox: SandboxId) {
  const client = useClient();
  const queries = useQueryClient();
  const onSuccess = () => {
    void queries.invalidateQueries({ queryKey: ['runs'] });
    return queries.invalidateQueries({ queryKey: keyOf(sandbox) });
  };
  const write = useMutation({
    mutationFn: (body: WriteNote) => client.request('writeNote', { params: { sandbox }, body }),
    onSuccess,
  });
  const edit = useMutation({
    mutationFn: ({ note, ...body }: EditNote & { note: NoteId }) =>
      client.request('editNote', { params: { sandbox, note }, body }),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: (note: NoteId) => client.request('removeNote', { params: { sandbox, note } }),
    onSuccess,
  });
  return { write, edit, remove };
}
