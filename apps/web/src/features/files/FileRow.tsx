import type { Change } from '@sandglass/protocol';
import { Button } from '@sandglass/ui';
import { ChevronRight } from 'lucide-react';
import type { DragEvent, MouseEvent } from 'react';
import { describeFailure } from '../../platform/errors.ts';
import { formatBytes } from '../../platform/format.ts';
import { shownName } from '../../platform/shownName.ts';
import { ChangeMark, describeChange } from './ChangeMark.tsx';
import { FileIcon } from './FileIcon.tsx';
import { FileName } from './FileName.tsx';
import { MOST_ENTRIES } from './fileTreeModel.ts';
import { NameInput } from './NameInput.tsx';
import { type EntryRow, isDirectory, type TreeRow } from './treeRows.ts';

export interface RowProps {
  readonly id: string;
  readonly selected: boolean;
  readonly focused: boolean;
  readonly cut: boolean;
  readonly change: Change | undefined;
  /** How many below a folder changed. */
  readonly changedBelow: number;
  readonly renaming: boolean;
  readonly draggable: boolean;
  readonly onName: (name: string) => void;
  readonly onCancelName: () => void;
  readonly onRetry: () => void;
  readonly onClick: (event: MouseEvent) => void;
  readonly onDragStart: (event: DragEvent) => void;
  /** Why a folder does not show all that it has. */
  readonly truncatedNote?: string;
}

const STEP_PX = 14;
const notes = {
  loading: 'Reading…',
  empty: 'Empty',
  truncated: `Only the first ${MOST_ENTRIES.toLocaleString('en')} are shown`,
  nothing: 'No name in the open folders holds this',
} as const;

export function FileRow({ row, ...props }: RowProps & { readonly row: TreeRow }) {
  const indent = { paddingLeft: 8 + row.depth * STEP_PX };
  if (row.kind === 'entry') return <Entry {...props} row={row} indent={indent} />;
  if (row.kind === 'new')
    return (
      <div className="files-row" style={{ paddingLeft: 26 + row.depth * STEP_PX }}>
        <NameInput label="Name" start="" onName={props.onName} onCancel={props.onCancelName} />
      </div>
    );
  if (row.kind === 'failed')
    return (
      <div className="files-note files-note-failed" style={indent}>
        {describeFailure(row.error).title}
        <Button size="small" tone="quiet" onClick={props.onRetry}>
          Try again
        </Button>
      </div>
    );
  return (
    // An item like any other, so that a tree of nothing else is one: it says what there is instead.
    <div
      className="files-note"
      role="treeitem"
      aria-disabled="true"
      aria-level={row.depth + 1}
      tabIndex={-1}
      style={indent}
    >
      {row.kind === 'truncated' && props.truncatedNote !== undefined ? props.truncatedNote : notes[row.kind]}
    </div>
  );
}

type EntryProps = RowProps & { readonly row: EntryRow; readonly indent: { readonly paddingLeft: number } };

function Entry({ id, row, indent, selected, focused, change, changedBelow, ...props }: EntryProps) {
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
      data-focused={focused || undefined}
      data-cut={props.cut || undefined}
      data-path={entry.path}
      data-actor={change?.actor}
      style={indent}
      title={describe(entry, change)}
      draggable={props.draggable && !props.renaming}
      onDragStart={props.onDragStart}
      onClick={props.onClick}
    >
      <ChevronRight
        size={12}
        aria-hidden="true"
        className="files-chevron"
        data-open={open || undefined}
        data-folder={folder || undefined}
      />
      <FileIcon entry={entry} open={open} />
      {props.renaming ? (
        <NameInput label="New name" start={entry.name} onName={props.onName} onCancel={props.onCancelName} />
      ) : (
        <FileName name={entry.name} />
      )}
      {entry.target === null || props.renaming ? null : (
        <span className={entry.targetKind === 'missing' ? 'files-target files-target-missing' : 'files-target'}>
          → {shownName(entry.target)}
          {entry.targetKind === 'missing' ? ' (missing)' : ''}
        </span>
      )}
      {folder || props.renaming ? null : <span className="files-size">{formatBytes(entry.sizeBytes)}</span>}
      {change === undefined ? (
        folder && changedBelow > 0 ? (
          <span
            className="files-below"
            title={`${changedBelow} changed below`}
            role="img"
            aria-label={`${changedBelow} changed`}
          />
        ) : null
      ) : (
        <ChangeMark change={change} />
      )}
    </div>
  );
}

function describe(entry: EntryRow['entry'], change: Change | undefined): string {
  const size = isDirectory(entry) ? '' : ` · ${formatBytes(entry.sizeBytes)}`;
  const mode = (entry.mode & 0o7777).toString(8).padStart(3, '0');
  const changed = change === undefined ? '' : `\n${describeChange(change)}`;
  return `${shownName(entry.path)}\n${entry.kind}${size} · ${mode} ${entry.user}:${entry.group}\n${new Date(entry.modifiedAtMs).toLocaleString()}${changed}`;
}
