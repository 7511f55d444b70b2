import type { FileEntry, SandboxId } from '@sandglass/protocol';
import { Button, IconButton, Menu, MenuItem, MenuSeparator } from '@sandglass/ui';
import { ChevronRight, Download, Ellipsis, FilePlus, FolderPlus, Pencil, Trash2 } from 'lucide-react';
import { useClient } from '../../platform/client.tsx';
import { describeFailure } from '../../platform/errors.ts';
import { formatBytes } from '../../platform/format.ts';
import { shownName } from '../../platform/shownName.ts';
import { FileIcon } from './FileIcon.tsx';
import { FileName } from './FileName.tsx';
import { download, type FileQuestion } from './fileActions.ts';
import { isDirectory, type TreeRow } from './fileTreeModel.ts';

interface FileRowProps {
  readonly id: string;
  readonly row: TreeRow;
  readonly selected: boolean;
  readonly sandbox: SandboxId;
  readonly mayChange: boolean;
  readonly onAsk: (question: FileQuestion) => void;
  readonly onRetry: () => void;
  readonly onClick: () => void;
}

const STEP_PX = 14;
const notes = { loading: 'Reading…', empty: 'Empty', truncated: 'More names than can be shown' } as const;

export function FileRow(props: FileRowProps) {
  const { row, onRetry } = props;
  const indent = { paddingLeft: 8 + row.depth * STEP_PX };
  if (row.kind === 'failed') {
    return (
      <div className="files-note files-note-failed" style={indent}>
        {describeFailure(row.error).title}
        <Button size="small" tone="quiet" onClick={onRetry}>
          Try again
        </Button>
      </div>
    );
  }
  if (row.kind !== 'entry') {
    return (
      <div className="files-note" style={indent}>
        {notes[row.kind]}
      </div>
    );
  }
  return <EntryRow {...props} row={row} indent={indent} />;
}

type EntryRowProps = Omit<FileRowProps, 'row' | 'onRetry'> & {
  readonly row: Extract<TreeRow, { kind: 'entry' }>;
  readonly indent: { readonly paddingLeft: number };
};

function EntryRow({ id, row, indent, selected, sandbox, mayChange, onAsk, onClick }: EntryRowProps) {
  const { entry, open } = row;
  const folder = isDirectory(entry);
  return (
    // The tree takes the keys; aria-activedescendant says which row they mean.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    // biome-ignore lint/a11y/useFocusableInteractive: see above
    <div
      id={id}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-selected={selected}
      aria-expanded={folder ? open : undefined}
      className="files-row"
      data-selected={selected || undefined}
      data-path={entry.path}
      style={indent}
      title={describe(entry)}
      onClick={onClick}
    >
      <ChevronRight
        size={12}
        aria-hidden="true"
        className="files-chevron"
        data-open={open || undefined}
        data-folder={folder || undefined}
      />
      <FileIcon entry={entry} open={open} />
      <FileName name={entry.name} />
      {entry.target === null ? null : (
        <span className={entry.targetKind === 'missing' ? 'files-target files-target-missing' : 'files-target'}>
          → {shownName(entry.target)}
        </span>
      )}
      {folder ? null : <span className="files-size">{formatBytes(entry.sizeBytes)}</span>}
      <RowMenu entry={entry} sandbox={sandbox} mayChange={mayChange} onAsk={onAsk} />
    </div>
  );
}

function RowMenu({
  entry,
  sandbox,
  mayChange,
  onAsk,
}: Pick<FileRowProps, 'sandbox' | 'mayChange' | 'onAsk'> & { entry: FileEntry }) {
  const client = useClient();
  const folder = isDirectory(entry);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps the menu's clicks from the row
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <span className="files-menu" onClick={(event) => event.stopPropagation()}>
      <Menu
        align="end"
        trigger={
          <IconButton size="small" label={`Actions for ${shownName(entry.name)}`} tabIndex={-1}>
            <Ellipsis size={13} />
          </IconButton>
        }
      >
        {mayChange && folder ? (
          <>
            <MenuItem icon={<FilePlus size={13} />} onSelect={() => onAsk({ kind: 'newFile', directory: entry.path })}>
              New file…
            </MenuItem>
            <MenuItem
              icon={<FolderPlus size={13} />}
              onSelect={() => onAsk({ kind: 'newFolder', directory: entry.path })}
            >
              New folder…
            </MenuItem>
            <MenuSeparator />
          </>
        ) : null}
        <MenuItem icon={<Download size={13} />} onSelect={() => download(client, sandbox, entry)}>
          {folder ? 'Download as tar' : 'Download'}
        </MenuItem>
        {mayChange ? (
          <>
            <MenuItem icon={<Pencil size={13} />} shortcut="F2" onSelect={() => onAsk({ kind: 'rename', entry })}>
              Rename…
            </MenuItem>
            <MenuItem
              icon={<Trash2 size={13} />}
              shortcut="Del"
              tone="danger"
              onSelect={() => onAsk({ kind: 'remove', entry })}
            >
              Delete…
            </MenuItem>
          </>
        ) : null}
      </Menu>
    </span>
  );
}

function describe(entry: FileEntry): string {
  const size = isDirectory(entry) ? '' : ` · ${formatBytes(entry.sizeBytes)}`;
  const mode = (entry.mode & 0o7777).toString(8).padStart(3, '0');
  return `${shownName(entry.path)}\n${entry.kind}${size} · ${mode} ${entry.user}:${entry.group}\n${new Date(entry.modifiedAtMs).toLocaleString()}`;
}
