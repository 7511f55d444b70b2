import type { SandboxId } from '@sandglass/protocol';
import { Button, EmptyState, IconButton, LoadingState } from '@sandglass/ui';
import { Download, FileClock, FileX, FolderTree, RotateCcw } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { Failed } from '../../platform/Failed.tsx';
import { formatBytes, formatClockSeconds } from '../../platform/format.ts';
import { usePaneActions } from '../../platform/pane.ts';
import { usePastFiles } from '../../platform/pastFiles.ts';
import { useStore } from '../../platform/store.ts';
import { EditorPath } from './EditorPath.tsx';
import { hexRows } from './hex.ts';
import { PastPicture } from './PastPicture.tsx';
import { PastText } from './PastText.tsx';
import { PastDocument, type PastDocumentState } from './pastDocument.ts';
import { saveBytes } from './saveBytes.ts';
import { type Restoring, useRestore } from './useRestore.ts';
import { viewKindOf } from './viewKind.ts';
import './editor.css';

/** Bytes that are no text are shown this far. */
const MOST_HEX_BYTES = 4_096;

/** One file as it was at the moment of the playhead: to be read, and to be brought back. */
export function PastEditor({ sandbox, path }: { sandbox: SandboxId; path: string }) {
  const { past, retry } = usePastFiles(sandbox);
  const document = useMemo(() => new PastDocument(path), [path]);
  const state = useStore(document);
  useEffect(() => {
    if (past.phase === 'shown') void document.show(past.value);
  }, [past, document]);
  const restoring = useRestore(sandbox, path);
  if (past.phase === 'failed') return <Failed error={past.error} onRetry={retry} />;
  if (past.phase === 'none')
    return (
      <EmptyState icon={<FileClock size={18} />} title="No files were recorded yet">
        The recording has none up to this moment. Move the playhead on.
      </EmptyState>
    );
  const entry = 'entry' in state ? state.entry : undefined;
  const bytes = 'bytes' in state ? state.bytes : undefined;
  const redacted = entry?.state === 'redacted';
  return (
    <div className="editor-pane">
      <header className="editor-bar">
        <EditorPath path={path} />
        <span className="editor-saved" role="status">
          {entry === undefined ? 'Read only' : `${formatBytes(entry.sizeBytes)} · read only`}
        </span>
        <PastTools path={path} bytes={bytes} />
      </header>
      <div className="editor-notice editor-notice-past" role="note">
        <p>{noteOf(state)}</p>
        {bytes !== undefined && entry !== undefined && !redacted && restoring.offered ? (
          <Button
            size="small"
            icon={<RotateCcw size={13} />}
            busy={restoring.state.phase === 'busy'}
            {...(restoring.blocked === null ? {} : { disabled: true, title: restoring.blocked })}
            onClick={() => void restoring.restore({ path, bytes, mode: entry.mode })}
          >
            Restore this version
          </Button>
        ) : null}
      </div>
      <Restored restoring={restoring} />
      <Content
        sandbox={sandbox}
        path={path}
        state={state}
        onRetry={() => past.phase === 'shown' && void document.show(past.value)}
      />
    </div>
  );
}

function PastTools({ path, bytes }: { path: string; bytes: Uint8Array<ArrayBuffer> | undefined }) {
  const { revealFile } = usePaneActions();
  return (
    <>
      <IconButton size="small" label="Show in Files" onClick={() => revealFile(path)}>
        <FolderTree size={13} />
      </IconButton>
      {bytes === undefined ? null : (
        <IconButton size="small" label="Download this version" onClick={() => saveBytes(path, bytes)}>
          <Download size={13} />
        </IconButton>
      )}
    </>
  );
}

function noteOf(state: PastDocumentState): string {
  if (state.phase === 'missing') return 'The file was not there at this moment.';
  if (!('entry' in state)) return 'As it was at this moment.';
  const { entry } = state;
  const since = entry.modifiedAtMs > 0 ? `, written ${formatClockSeconds(entry.modifiedAtMs)}` : '';
  if (entry.state === 'redacted') return `As it was at this moment${since}. Secrets were taken out of the recording.`;
  return entry.state === 'start' ? 'As it was from the start.' : `As it was at this moment${since}.`;
}

/** What became of bringing it back. */
function Restored({ restoring: { state, undo, goLive } }: { restoring: Restoring }) {
  if (!('text' in state)) return null;
  return (
    <div
      className={`editor-notice editor-notice-${state.phase === 'failed' ? 'err' : 'idle'}`}
      role={state.phase === 'failed' ? 'alert' : 'status'}
    >
      <p>{state.text}</p>
      {state.phase === 'restored' ? (
        <>
          <Button size="small" onClick={() => void undo()}>
            Undo
          </Button>
          <Button size="small" onClick={goLive}>
            Show it live
          </Button>
        </>
      ) : null}
    </div>
  );
}

interface ContentProps {
  readonly sandbox: SandboxId;
  readonly path: string;
  readonly state: PastDocumentState;
  readonly onRetry: () => void;
}

function Content({ sandbox, path, state, onRetry }: ContentProps) {
  const view = viewKindOf(path);
  if (state.phase === 'reading') return <LoadingState label="Reading the file as it was" lines={6} />;
  if (state.phase === 'failed') return <Failed error={state.error} onRetry={onRetry} />;
  if (state.phase === 'missing')
    return (
      <EmptyState icon={<FileX size={18} />} title="It was not there yet, or no more">
        Move the playhead to a moment at which it was.
      </EmptyState>
    );
  if (state.phase === 'lost')
    return (
      <EmptyState icon={<FileClock size={18} />} title="What it held is not in the recording">
        {state.why}
      </EmptyState>
    );
  if (view.kind === 'image') return <PastPicture path={path} type={view.type} bytes={state.bytes} />;
  if (state.phase === 'text') return <PastText sandbox={sandbox} path={path} text={state.text} />;
  const rows = hexRows(state.bytes.subarray(0, MOST_HEX_BYTES), 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <pre className="editor-past-bytes" tabIndex={0}>
      {rows.map(({ offset, bytes, text }) => `${offset}  ${bytes}  ${text}`).join('\n')}
      {state.bytes.length > MOST_HEX_BYTES ? '\n… Download this version to see the rest.' : ''}
    </pre>
  );
}
