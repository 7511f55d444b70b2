import type { SandboxId } from '@sandglass/protocol';
import { toast } from '@sandglass/ui';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { FileChoice } from './FileChoice.tsx';
import { freeNames } from './freeNames.ts';

interface FilePopupProps {
  readonly sandbox: SandboxId;
  readonly multiple: boolean;
  readonly active: boolean;
  readonly choose: (paths: string[] | null) => void;
}

/** Where files of the person's own machine go: below the home of the sandbox's user. */
const UPLOADS = 'uploads';
const MOST_SHOWN = 500;

/** A page asks for files: those of the sandbox, or some of this computer, which are brought there first. */
export function FilePopup({ sandbox, multiple, active, choose }: FilePopupProps) {
  const client = useClient();
  const params = { sandbox };
  const [directory, setDirectory] = useState('.');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const listing = useQuery({
    queryKey: ['files to choose', sandbox, directory],
    queryFn: ({ signal }) => client.request('files', { params, query: { path: directory, limit: MOST_SHOWN }, signal }),
  });
  const add = (paths: readonly string[]) =>
    setChosen((before) => (multiple ? [...new Set([...before, ...paths])] : paths.slice(0, 1)));
  const { mutate: upload, isPending } = useMutation({
    mutationFn: (files: readonly File[]) =>
      Promise.all(
        files.map((file) =>
          freeNames(file.name, async (name) => {
            const query = { path: `${UPLOADS}/${name}`, parents: 'true', expectedVersion: 'none' } as const;
            return (await client.request('writeFile', { params, query, body: file })).path;
          }),
        ),
      ),
    onSuccess: add,
    onError: (error) => toast.fail('The file was not uploaded', error.message),
  });
  return (
    <FileChoice
      listing={listing}
      uploading={isPending}
      {...{ multiple, active, chosen, choose }}
      onFolder={setDirectory}
      onAdd={add}
      onLeaveOut={(path) => setChosen(chosen.filter((each) => each !== path))}
      onUpload={upload}
    />
  );
}
