import type { FileFailure, SandboxId, TrashItem } from '@sandglass/protocol';
import { Button, ConfirmDialog, Dialog, EmptyState, ErrorNote, LoadingState, RelativeTime } from '@sandglass/ui';
import { File, FileQuestion, Folder, Link2, RotateCcw, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { progressOf } from '../../platform/dialog.tsx';
import { Failed } from '../../platform/Failed.tsx';
import { formatBytes } from '../../platform/format.ts';
import { shownName } from '../../platform/shownName.ts';
import { nameOf, parentOf } from './paths.ts';
import './trash.css';
import { useTrash } from './useTrash.ts';

interface TrashDialogProps {
  readonly sandbox: SandboxId;
  readonly mayChange: boolean;
  readonly onBack: (paths: readonly string[]) => void;
  readonly onClose: () => void;
}

const icons: Record<TrashItem['kind'], ReactNode> = {
  file: <File size={14} />,
  directory: <Folder size={14} />,
  symlink: <Link2 size={14} />,
  other: <FileQuestion size={14} />,
};

/** What was deleted in this sandbox: brought back one by one, or let go for good. */
export default function TrashDialog({ sandbox, mayChange, onBack, onClose }: TrashDialogProps) {
  const { list, restore, empty, failed } = useTrash(sandbox, onBack);
  const [emptying, setEmptying] = useState(false);
  const items = list.data ?? [];
  const bring = (wanted: readonly TrashItem[], overwrite = false) => restore.mutate({ items: wanted, overwrite });
  const busy = restore.isPending ? new Set(restore.variables.items.map(({ id }) => id)) : none;
  return (
    <>
      <Dialog
        open
        onOpenChange={onClose}
        title="Trash"
        description="What people deleted here, the newest first. It holds 500 things for 7 days."
        actions={
          <>
            {mayChange && items.length > 0 ? (
              <Button tone="quiet-danger" icon={<Trash2 size={14} />} onClick={() => setEmptying(true)}>
                Empty the trash…
              </Button>
            ) : null}
            {mayChange && items.length > 1 ? (
              <Button icon={<RotateCcw size={14} />} busy={busy.size > 1} onClick={() => bring(items)}>
                Bring all back
              </Button>
            ) : null}
            <Button onClick={onClose}>Close</Button>
          </>
        }
      >
        <div className="trash" aria-busy={list.isPending}>
          {list.isPending ? (
            <LoadingState label="Looking into the trash" />
          ) : list.isError ? (
            <Failed error={list.error} onRetry={() => void list.refetch()} />
          ) : items.length === 0 ? (
            <EmptyState icon={<Trash2 size={18} />} title="The trash is empty">
              What is deleted in Files, or on the desktop, can be brought back from here.
            </EmptyState>
          ) : (
            <ul className="trash-list" aria-label="Deleted">
              {items.map((item) => (
                <Item
                  key={item.id}
                  item={item}
                  failure={failed.find(({ path }) => path === item.id || path === item.path)}
                  busy={busy.has(item.id)}
                  onBack={mayChange ? (overwrite) => bring([item], overwrite) : undefined}
                />
              ))}
            </ul>
          )}
          <Unplaced failed={failed} items={items} />
        </div>
      </Dialog>
      {emptying ? (
        <ConfirmDialog
          open
          onOpenChange={() => setEmptying(false)}
          title="Empty the trash?"
          description={`${items.length === 1 ? 'One thing' : `${items.length} things`} cannot be brought back then.`}
          confirmLabel="Empty it"
          {...progressOf(empty)}
          onConfirm={() => empty.mutate(undefined, { onSuccess: () => setEmptying(false) })}
        />
      ) : null}
    </>
  );
}

const none: ReadonlySet<string> = new Set();

interface ItemProps {
  readonly item: TrashItem;
  readonly failure: FileFailure | undefined;
  readonly busy: boolean;
  readonly onBack: ((overwrite: boolean) => void) | undefined;
}

function Item({ item, failure, busy, onBack }: ItemProps) {
  const name = shownName(nameOf(item.path));
  // Only somebody who was told that something is there may replace it.
  const taken = failure?.code === 'alreadyExists';
  return (
    <li className="trash-item">
      <span className="trash-icon" aria-hidden="true">
        {icons[item.kind]}
      </span>
      <span className="trash-name">
        <bdi>{name}</bdi>
        <small title={shownName(item.path)}>{shownName(parentOf(item.path))}</small>
        {failure === undefined ? null : <em role="alert">{shownName(failure.message)}</em>}
      </span>
      <span className="trash-facts">
        {item.kind === 'directory' ? null : <>{formatBytes(item.sizeBytes)} · </>}
        <RelativeTime atMs={item.deletedAtMs} /> ago
      </span>
      {onBack === undefined ? null : (
        <Button
          size="small"
          busy={busy}
          aria-label={taken ? `Replace what is there with ${name}` : `Bring back ${name}`}
          onClick={() => onBack(taken)}
        >
          {taken ? 'Replace' : 'Bring back'}
        </Button>
      )}
    </li>
  );
}

/** Of a failure that belongs to no row. */
function Unplaced({ failed, items }: { failed: readonly FileFailure[]; items: readonly TrashItem[] }) {
  const other = failed.find(({ path }) => !items.some((item) => item.id === path || item.path === path));
  if (other === undefined) return null;
  return <ErrorNote title="It was not brought back">{shownName(other.message)}</ErrorNote>;
}
