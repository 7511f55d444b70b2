import { Button, Dialog, IconButton } from '@sandglass/ui';
import { X } from 'lucide-react';
import { describeFailure } from '../../platform/errors.ts';
import { formatBytes } from '../../platform/format.ts';
import { shownName } from '../../platform/shownName.ts';
import { useStore } from '../../platform/store.ts';
import type { UploadModel } from './uploadModel.ts';

/** How an upload goes, at the foot of the tree: numbers, a way to cancel, and what did not arrive. */
export function UploadStrip({ uploads }: { uploads: UploadModel }) {
  const state = useStore(uploads);
  if (state.phase === 'idle') return null;
  if (state.phase === 'asking') return <ReplaceQuestion existing={state.existing} uploads={uploads} />;
  if (state.phase === 'sending') {
    const percent = state.totalBytes === 0 ? 0 : Math.round((100 * state.sentBytes) / state.totalBytes);
    return (
      <div className="files-upload" role="status">
        <span>
          Uploading {state.done} of {state.total} · {formatBytes(state.sentBytes)} of {formatBytes(state.totalBytes)}
        </span>
        <progress max={100} value={percent} aria-label="Upload" />
        <Button size="small" tone="quiet" onClick={() => uploads.cancel()}>
          Cancel
        </Button>
      </div>
    );
  }
  const first = state.failures[0];
  return (
    <div
      className="files-upload"
      role={first === undefined ? 'status' : 'alert'}
      data-failed={first === undefined ? undefined : true}
    >
      <span>
        {state.cancelled ? 'Cancelled. ' : ''}
        {state.sent} uploaded
        {first === undefined
          ? ''
          : `, ${state.failures.length} not: ${shownName(first.path)}: ${describeFailure(first.error).detail}`}
      </span>
      <IconButton size="small" label="Dismiss" onClick={() => uploads.dismiss()}>
        <X size={13} />
      </IconButton>
    </div>
  );
}

const SHOWN = 6;

function ReplaceQuestion({ existing, uploads }: { existing: readonly string[]; uploads: UploadModel }) {
  const more = existing.length - SHOWN;
  return (
    <Dialog
      open
      onOpenChange={() => void uploads.answer('skip')}
      title={existing.length === 1 ? 'This file exists already' : `${existing.length} files exist already`}
      description="The others are uploaded."
      actions={
        <>
          <Button onClick={() => void uploads.answer('skip')}>Keep the sandbox's</Button>
          <Button tone="danger" onClick={() => void uploads.answer('replace')}>
            Replace
          </Button>
        </>
      }
    >
      <ul className="files-existing">
        {existing.slice(0, SHOWN).map((path) => (
          <li key={path}>{shownName(path)}</li>
        ))}
        {more > 0 ? <li>and {more} more</li> : null}
      </ul>
    </Dialog>
  );
}
