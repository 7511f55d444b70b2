import type { SandboxId } from '@sandglass/protocol';
import { LoadingState } from '@sandglass/ui';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { Failed } from '../../platform/Failed.tsx';
import { type EditorParams, PaneContext, type PaneProps, usePane } from '../../platform/pane.ts';
import { useIsPast } from '../../platform/playhead.ts';
import { useStore } from '../../platform/store.ts';
import { ConflictView } from './ConflictView.tsx';
import type { DocumentModel } from './documentModel.ts';
import { EditorBar } from './EditorBar.tsx';
import { EditorNotice } from './EditorNotice.tsx';
import { EditorText } from './EditorText.tsx';
import { isPage } from './framedPage.ts';
import { ImageView } from './ImageView.tsx';
import { PagedView } from './PagedView.tsx';
import { PastEditor } from './PastEditor.tsx';
import { shownPath } from './shownPath.ts';
import { UnfitFile } from './UnfitFile.tsx';
import { useAutosave } from './useAutosave.ts';
import { useDocument } from './useDocument.ts';
import { useReadOnly } from './useReadOnly.ts';
import { viewKindOf } from './viewKind.ts';
import './editor.css';

const HtmlPreview = lazy(() => import('./HtmlPreview.tsx'));
const PdfView = lazy(() => import('./PdfView.tsx'));

/** One file of a sandbox, as it is or as it was. What is being edited stays in place under the past. */
export default function EditorPane({ sandbox, params }: PaneProps<EditorParams>) {
  const isPast = useIsPast();
  const pane = usePane();
  const covered = useMemo(() => ({ ...pane, visible: pane.visible && !isPast }), [pane, isPast]);
  return (
    <>
      <div className="editor-present" hidden={isPast}>
        <PaneContext value={covered}>
          <PresentFile sandbox={sandbox} params={params} />
        </PaneContext>
      </div>
      {isPast ? <PastEditor sandbox={sandbox} path={params.path} /> : null}
    </>
  );
}

/** Edited where it is text, looked at where it is not. */
function PresentFile({ sandbox, params }: PaneProps<EditorParams>) {
  const { path } = params;
  const view = viewKindOf(path);
  const [asSource, setAsSource] = useState(false);
  const bytes = <PagedView sandbox={sandbox} path={path} start="bytes" />;
  if (view.kind === 'pdf')
    return (
      <Suspense fallback={<LoadingState label="Loading the view" />}>
        <PdfView sandbox={sandbox} path={path} otherwise={bytes} />
      </Suspense>
    );
  if (view.kind === 'image' && !asSource) {
    const source = view.type === 'image/svg+xml' ? { onSource: () => setAsSource(true) } : {};
    const otherwise = view.type === 'image/svg+xml' ? <TextPane sandbox={sandbox} params={params} /> : bytes;
    return <ImageView sandbox={sandbox} path={path} type={view.type} otherwise={otherwise} {...source} />;
  }
  return <TextPane sandbox={sandbox} params={params} {...(asSource ? { onPicture: () => setAsSource(false) } : {})} />;
}

interface TextPaneProps {
  readonly sandbox: SandboxId;
  readonly params: EditorParams;
  /** Back to what its source draws. */
  readonly onPicture?: () => void;
}

function TextPane({ sandbox, params, onPicture }: TextPaneProps) {
  const model = useDocument(sandbox, params.path);
  const state = useStore(model);
  if (state.phase === 'failed') return <Failed error={state.error} onRetry={() => void model.load()} />;
  if (state.phase === 'unfit' && state.reason !== 'directory' && state.reason !== 'missing')
    return <PagedView sandbox={sandbox} path={params.path} start={state.reason === 'binary' ? 'bytes' : 'text'} />;
  if (state.phase === 'unfit')
    return (
      <UnfitFile reason={state.reason === 'directory' ? 'directory' : 'missing'} onRetry={() => void model.load()} />
    );
  if (state.phase === 'loading') return <LoadingState label="Reading the file" lines={6} />;
  return <OpenFile sandbox={sandbox} params={params} model={model} onPicture={onPicture} />;
}

interface OpenFileProps {
  readonly sandbox: SandboxId;
  readonly params: EditorParams;
  readonly model: DocumentModel;
  readonly onPicture: (() => void) | undefined;
}

function OpenFile({ sandbox, params, model, onPicture }: OpenFileProps) {
  const state = useStore(model);
  const readOnly = useReadOnly(sandbox);
  const { setUnsaved } = usePane();
  const page = isPage(params.path);
  const [previewing, setPreviewing] = useState(false);
  useAutosave(model, readOnly === null);
  const dirty = state.phase === 'shown' && state.dirty;
  const wasDirty = useRef(false);
  useEffect(() => {
    if (wasDirty.current !== dirty) setUnsaved(dirty);
    wasDirty.current = dirty;
  }, [dirty, setUnsaved]);
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => {
      model.keepDraft();
      event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty, model]);
  if (state.phase !== 'shown') return null;
  const conflict = state.trouble?.kind === 'conflict' ? state.trouble.theirs : null;
  return (
    <div className="editor-pane">
      <EditorBar
        path={params.path}
        state={state}
        readOnly={readOnly}
        model={model}
        onPicture={onPicture}
        preview={page ? { on: previewing, set: setPreviewing } : undefined}
      />
      <EditorNotice state={state} readOnly={readOnly} model={model} />
      <EditorText
        model={model}
        sandbox={sandbox}
        path={params.path}
        line={params.line}
        readOnly={readOnly}
        hidden={conflict !== null || previewing}
      />
      {previewing && conflict === null ? (
        <Suspense fallback={<LoadingState label="Loading the view" />}>
          <HtmlPreview model={model} name={shownPath(params.path).split('/').at(-1) ?? ''} />
        </Suspense>
      ) : null}
      {conflict === null ? null : (
        <ConflictView model={model} path={params.path} theirs={conflict} saving={state.saving} />
      )}
    </div>
  );
}
