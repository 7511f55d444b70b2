import type { SandboxId } from '@sandglass/protocol';
import { Skeleton } from '@sandglass/ui';
import { useEffect, useRef } from 'react';
import { Failed } from '../../platform/Failed.tsx';
import { type EditorParams, type PaneProps, usePane } from '../../platform/pane.ts';
import { useStore } from '../../platform/store.ts';
import { ConflictView } from './ConflictView.tsx';
import type { DocumentModel } from './documentModel.ts';
import { EditorBar } from './EditorBar.tsx';
import { EditorNotice } from './EditorNotice.tsx';
import { EditorText } from './EditorText.tsx';
import { UnfitFile } from './UnfitFile.tsx';
import { useDocument } from './useDocument.ts';
import { useReadOnly } from './useReadOnly.ts';
import './editor.css';

/** One file of a sandbox, open for editing. */
export default function EditorPane({ sandbox, params }: PaneProps<EditorParams>) {
  const model = useDocument(sandbox, params.path);
  const state = useStore(model);
  if (state.phase === 'failed') return <Failed error={state.error} onRetry={() => void model.load()} />;
  if (state.phase === 'unfit')
    return <UnfitFile sandbox={sandbox} path={params.path} state={state} onRetry={() => void model.load()} />;
  if (state.phase === 'loading') {
    return (
      <div className="editor-loading" aria-busy="true">
        <Skeleton width="40%" />
        <Skeleton width="65%" />
        <Skeleton width="55%" />
      </div>
    );
  }
  return <OpenFile sandbox={sandbox} params={params} model={model} />;
}

function OpenFile({ sandbox, params, model }: { sandbox: SandboxId; params: EditorParams; model: DocumentModel }) {
  const state = useStore(model);
  const readOnly = useReadOnly(sandbox);
  const { setUnsaved } = usePane();
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
      <EditorBar path={params.path} state={state} readOnly={readOnly} model={model} />
      <EditorNotice state={state} readOnly={readOnly} model={model} />
      <EditorText
        model={model}
        sandbox={sandbox}
        path={params.path}
        line={params.line}
        readOnly={readOnly}
        hidden={conflict !== null}
      />
      {conflict === null ? null : (
        <ConflictView model={model} path={params.path} theirs={conflict} saving={state.saving} />
      )}
    </div>
  );
}
