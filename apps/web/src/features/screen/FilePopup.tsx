import { isAppError, type SandboxId } from '@sandglass/protocol';
import { Button, IconButton, toast } from '@sandglass/ui';
import { useMutation, useQuery } from '@tanstack/react-query';
import { CornerLeftUp, File, Folder, Upload, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { shownName } from '../../platform/shownName.ts';
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
  const picker = useRef<HTMLInputElement>(null);
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
  const { data } = listing;
  const above = data === undefined || data.path === '/' ? null : data.path.replace(/\/[^/]+\/?$/, '') || '/';
  return (
    <form
      className="browser-question browser-files"
      aria-label="Choose for the page"
      onSubmit={(event) => {
        event.preventDefault();
        choose([...chosen]);
      }}
    >
      <header className="browser-files-head">
        <IconButton
          size="small"
          label="Folder above"
          disabled={above === null}
          onClick={() => above === null || setDirectory(above)}
        >
          <CornerLeftUp size={13} />
        </IconButton>
        <span className="browser-path" title={shownName(data?.path ?? '')}>
          {shownName(data?.path ?? '')}
        </span>
        <Button icon={<Upload size={13} />} disabled={!active || isPending} onClick={() => picker.current?.click()}>
          {isPending ? 'Uploading…' : 'Upload…'}
        </Button>
        <input
          ref={picker}
          type="file"
          hidden
          aria-label="Files of this computer"
          multiple={multiple}
          onChange={({ target }) => {
            if (target.files !== null && target.files.length > 0) upload([...target.files]);
            target.value = '';
          }}
        />
      </header>
      {/* biome-ignore lint/a11y/useSemanticElements: several may be chosen, and folders are opened */}
      <div className="browser-options" role="group" aria-label="Files of the sandbox" aria-busy={listing.isPending}>
        {listing.isError ? <p role="alert">{messageOf(listing.error)}</p> : null}
        {data?.items.length === 0 ? <p>This folder is empty.</p> : null}
        {data?.items.map((entry) => {
          const isFolder = (entry.kind === 'symlink' ? entry.targetKind : entry.kind) === 'directory';
          const isChosen = chosen.includes(entry.path);
          return (
            <button
              key={entry.path}
              type="button"
              aria-pressed={isFolder ? undefined : isChosen}
              disabled={!active && !isFolder}
              onClick={() => {
                if (isFolder) setDirectory(entry.path);
                else if (isChosen) setChosen(chosen.filter((path) => path !== entry.path));
                else add([entry.path]);
              }}
            >
              {isFolder ? <Folder size={13} aria-hidden /> : <File size={13} aria-hidden />}
              <span className="browser-path">{shownName(entry.name)}</span>
            </button>
          );
        })}
        {data?.truncated ? <p>There is more in this folder than is shown.</p> : null}
      </div>
      {chosen.length === 0 ? null : (
        <ul className="browser-chosen" aria-label="Chosen">
          {chosen.map((path) => (
            <li key={path} title={shownName(path)}>
              <span className="browser-path">{shownName(path)}</span>
              <IconButton
                size="small"
                label={`Leave out ${shownName(path)}`}
                onClick={() => setChosen(chosen.filter((each) => each !== path))}
              >
                <X size={11} />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <footer>
        {active ? null : <span>Whoever has control can choose.</span>}
        <Button disabled={!active} onClick={() => choose(null)}>
          Cancel
        </Button>
        <Button type="submit" tone="primary" disabled={!active || chosen.length === 0}>
          {chosen.length > 1 ? `Choose ${chosen.length}` : 'Choose'}
        </Button>
      </footer>
    </form>
  );
}

const messageOf = (error: unknown): string => (isAppError(error) ? error.message : 'The folder could not be read.');
