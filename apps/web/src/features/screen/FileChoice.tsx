import { type FileListing, isAppError } from '@sandglass/protocol';
import { Button, IconButton, LoadingState } from '@sandglass/ui';
import { Check, CornerLeftUp, File, Folder, Upload, X } from 'lucide-react';
import { useRef } from 'react';
import { shownName } from '../../platform/shownName.ts';
import { QuestionForm } from './QuestionForm.tsx';
import './browserBar.css';

export interface FileChoiceProps {
  readonly listing: {
    readonly data: FileListing | undefined;
    readonly error: Error | null;
    readonly isPending: boolean;
  };
  readonly chosen: readonly string[];
  readonly multiple: boolean;
  readonly active: boolean;
  readonly uploading: boolean;
  readonly choose: (paths: string[] | null) => void;
  readonly onFolder: (path: string) => void;
  readonly onAdd: (paths: readonly string[]) => void;
  readonly onLeaveOut: (path: string) => void;
  readonly onUpload: (files: readonly globalThis.File[]) => void;
}

/** The folders and files of the sandbox, those that are chosen, and the way from this computer. */
export function FileChoice(props: FileChoiceProps) {
  const { listing, chosen, multiple, active, uploading, choose, onFolder, onAdd, onLeaveOut, onUpload } = props;
  const picker = useRef<HTMLInputElement>(null);
  const { data } = listing;
  const above = data === undefined || data.path === '/' ? null : data.path.replace(/\/[^/]+\/?$/, '') || '/';
  return (
    <QuestionForm
      label="Choose for the page"
      className="browser-files"
      active={active}
      onAnswer={() => chosen.length > 0 && choose([...chosen])}
      onCancel={() => choose(null)}
    >
      <header className="browser-files-head">
        <IconButton
          size="small"
          label="Folder above"
          disabled={above === null}
          onClick={() => above === null || onFolder(above)}
        >
          <CornerLeftUp size={13} />
        </IconButton>
        <span className="browser-path" title={shownName(data?.path ?? '')}>
          {shownName(data?.path ?? '')}
        </span>
        <Button icon={<Upload size={13} />} disabled={!active || uploading} onClick={() => picker.current?.click()}>
          {uploading ? 'Uploading…' : 'Upload…'}
        </Button>
        <input
          ref={picker}
          type="file"
          hidden
          aria-label="Files of this computer"
          multiple={multiple}
          onChange={({ target }) => {
            if (target.files !== null && target.files.length > 0) onUpload([...target.files]);
            target.value = '';
          }}
        />
      </header>
      {/* biome-ignore lint/a11y/useSemanticElements: several may be chosen, and folders are opened */}
      <div className="browser-options" role="group" aria-label="Files of the sandbox" aria-busy={listing.isPending}>
        {listing.isPending ? <LoadingState label="Reading the folder" /> : null}
        {listing.error === null ? null : <p role="alert">{messageOf(listing.error)}</p>}
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
                if (isFolder) onFolder(entry.path);
                else if (isChosen) onLeaveOut(entry.path);
                else onAdd([entry.path]);
              }}
            >
              {isFolder ? <Folder size={13} aria-hidden /> : <File size={13} aria-hidden />}
              <span className="browser-path">{shownName(entry.name)}</span>
              {isChosen ? <Check size={13} aria-hidden /> : null}
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
              <IconButton size="small" label={`Leave out ${shownName(path)}`} onClick={() => onLeaveOut(path)}>
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
    </QuestionForm>
  );
}

const messageOf = (error: unknown): string => (isAppError(error) ? error.message : 'The folder could not be read.');
