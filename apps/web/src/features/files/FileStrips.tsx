import { Button, ConfirmDialog, IconButton, ProgressBar } from '@sandglass/ui';
import { Undo2, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { describeFailure } from '../../platform/errors.ts';
import { formatBytes } from '../../platform/format.ts';
import { shownName } from '../../platform/shownName.ts';
import { useStore } from '../../platform/store.ts';
import type { DownloadModel } from './downloadModel.ts';
import type { FileOperations } from './fileOperations.ts';
import { nameOf } from './paths.ts';
import type { UploadModel } from './uploadModel.ts';
import type { TreeActs } from './useTreeActs.ts';

interface StripProps {
  readonly failed: boolean;
  readonly text: ReactNode;
  readonly onRetry?: (() => void) | undefined;
  readonly onDismiss: () => void;
  readonly children?: ReactNode;
}

function Strip({ failed, text, onRetry, onDismiss, children }: StripProps) {
  return (
    <div className="files-strip" role={failed ? 'alert' : 'status'} data-failed={failed || undefined}>
      <span>{text}</span>
      {children}
      {onRetry === undefined ? null : (
        <Button size="small" onClick={onRetry}>
          Try again
        </Button>
      )}
      <IconButton size="small" label="Dismiss" onClick={onDismiss}>
        <X size={13} />
      </IconButton>
    </div>
  );
}

/** What was done last, at the foot of the tree, with its way back. */
export function OperationStrip({ operations, acts }: { operations: FileOperations; acts: TreeActs }) {
  const { busy, done, failed } = useStore(operations);
  if (busy !== null)
    return (
      <div className="files-strip" role="status">
        <span>{busy}…</span>
      </div>
    );
  const [first] = failed;
  if (first !== undefined)
    return (
      <Strip
        failed
        text={`${done === null ? '' : `${shownName(done.text)}. `}${failed.length > 1 ? `${failed.length} not: ` : ''}${shownName(first.message)}`}
        onDismiss={() => operations.dismiss()}
      />
    );
  if (done === null) return null;
  return (
    <Strip failed={false} text={shownName(done.text)} onDismiss={() => operations.dismiss()}>
      {done.undo === null ? null : (
        <Button size="small" icon={<Undo2 size={13} />} onClick={() => void acts.undo()}>
          Undo
        </Button>
      )}
    </Strip>
  );
}

/** How an upload goes: numbers, a way to cancel, and what did not arrive. */
export function UploadStrip({ uploads }: { uploads: UploadModel }) {
  const state = useStore(uploads);
  if (state.phase === 'idle') return null;
  if (state.phase === 'asking') return <ReplaceQuestion existing={state.existing} uploads={uploads} />;
  if (state.phase === 'sending')
    return (
      <Progress
        label={`Uploading ${state.done} of ${state.total}`}
        bytes={state.sentBytes}
        most={state.totalBytes}
        onCancel={() => uploads.cancel()}
      />
    );
  const [first] = state.failures;
  return (
    <Strip
      failed={first !== undefined}
      text={`${state.cancelled ? 'Cancelled. ' : ''}${state.sent} uploaded${
        first === undefined
          ? ''
          : `, ${state.failures.length} not: ${shownName(first.path)}: ${describeFailure(first.error).detail}`
      }`}
      onRetry={first === undefined ? undefined : () => void uploads.retry()}
      onDismiss={() => uploads.dismiss()}
    />
  );
}

/** The same for what is brought out. */
export function DownloadStrip({ downloads }: { downloads: DownloadModel }) {
  const state = useStore(downloads);
  if (state.phase === 'idle') return null;
  if (state.phase === 'receiving')
    return (
      <Progress
        label={`Downloading ${shownName(state.name)}${state.total > 1 ? ` (${state.done + 1} of ${state.total})` : ''}`}
        bytes={state.receivedBytes}
        most={state.totalBytes}
        onCancel={() => downloads.cancel()}
      />
    );
  const [first] = state.failures;
  const saved = state.saved === 0 ? '' : `${state.saved} downloaded. `;
  const handed = state.handedOver === 0 ? '' : `${state.handedOver} too large for the page: the browser downloads it. `;
  return (
    <Strip
      failed={first !== undefined}
      text={`${state.cancelled ? 'Cancelled. ' : ''}${saved}${handed}${
        first === undefined
          ? ''
          : `Not downloaded: ${shownName(nameOf(first.path))}: ${describeFailure(first.error).detail}`
      }`}
      onRetry={first === undefined ? undefined : () => void downloads.retry()}
      onDismiss={() => downloads.dismiss()}
    />
  );
}

interface ProgressProps {
  readonly label: string;
  readonly bytes: number;
  readonly most: number | null;
  readonly onCancel: () => void;
}

function Progress({ label, bytes, most, onCancel }: ProgressProps) {
  const numbers = most === null ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(most)}`;
  return (
    <div className="files-strip files-strip-moving">
      <ProgressBar label={label} value={most === null ? null : bytes} most={Math.max(1, most ?? 1)} text={numbers} />
      <Button size="small" tone="quiet" onClick={onCancel}>
        Cancel
      </Button>
    </div>
  );
}

const SHOWN = 6;

function ReplaceQuestion({ existing, uploads }: { existing: readonly string[]; uploads: UploadModel }) {
  return (
    <ConfirmDialog
      open
      onOpenChange={() => void uploads.answer('skip')}
      title={existing.length === 1 ? 'This file exists already' : `${existing.length} files exist already`}
      description="The others are uploaded."
      cancelLabel="Keep the sandbox's"
      confirmLabel="Replace"
      onConfirm={() => void uploads.answer('replace')}
    >
      <Names names={existing} />
    </ConfirmDialog>
  );
}

/** Asked before what moves many, or cannot be taken back. */
export function TreeQuestion({ acts }: { acts: TreeActs }) {
  const { ask } = acts;
  if (ask?.kind !== 'move' && ask?.kind !== 'remove') return null;
  const [only] = ask.paths;
  const what = ask.paths.length === 1 ? `“${shownName(nameOf(only ?? ''))}”` : `${ask.paths.length} items`;
  return (
    <ConfirmDialog
      open
      onOpenChange={() => acts.setAsk(null)}
      title={
        ask.kind === 'move' ? `Move ${what} to “${shownName(nameOf(ask.directory))}”?` : `Delete ${what} for good?`
      }
      description={
        ask.kind === 'move' ? shownName(ask.directory) : 'It does not go to the trash and cannot be brought back.'
      }
      tone={ask.kind === 'move' ? 'primary' : 'danger'}
      confirmLabel={ask.kind === 'move' ? 'Move' : 'Delete for good'}
      onConfirm={() => void acts.confirmed()}
    >
      <Names names={ask.paths} />
    </ConfirmDialog>
  );
}

function Names({ names }: { names: readonly string[] }) {
  const more = names.length - SHOWN;
  return (
    <ul className="files-existing">
      {names.slice(0, SHOWN).map((name) => (
        <li key={name}>{shownName(name)}</li>
      ))}
      {more > 0 ? <li>and {more} more</li> : null}
    </ul>
  );
}
