import type { SandboxId } from '@sandglass/protocol';
import { Skeleton } from '@sandglass/ui';
import type { editor } from 'monaco-editor/editor';
import { useEffect, useRef, useState } from 'react';
import { usePane } from '../../platform/pane.ts';
import { usePreferences } from '../../platform/preferences.ts';
import type { DocumentModel } from './documentModel.ts';
import { editorOptions } from './editorOptions.ts';
import { useMonaco } from './useMonaco.ts';

interface EditorTextProps {
  readonly model: DocumentModel;
  readonly sandbox: SandboxId;
  readonly path: string;
  readonly line: number | undefined;
  readonly readOnly: string | null;
  readonly hidden: boolean;
}

/** A draft is written this long after the last key. */
const DRAFT_AFTER_MS = 400;

/** Monaco on one file. The text lives in Monaco; the model is told of edits and asks for the text when it needs it. */
export function EditorText({ model, sandbox, path, line, readOnly, hidden }: EditorTextProps) {
  const monaco = useMonaco();
  const host = useRef<HTMLDivElement>(null);
  const [code, setCode] = useState<editor.IStandaloneCodeEditor | null>(null);
  const { visible } = usePane();

  useEffect(() => {
    const element = host.current;
    if (monaco === null || element === null || model.state.phase !== 'shown') return;
    const uri = monaco.Uri.from({ scheme: 'sandbox', authority: sandbox, path });
    monaco.editor.getModel(uri)?.dispose();
    const text = monaco.editor.createModel(model.state.start, undefined, uri);
    const made = monaco.editor.create(element, { ...editorOptions, model: text });
    const detach = model.attach({
      getText: () => text.getValue(undefined, true),
      replaceText: (next) => text.pushEditOperations([], [{ range: text.getFullModelRange(), text: next }], () => null),
      mark: () => text.getAlternativeVersionId(),
    });
    let draft: ReturnType<typeof setTimeout> | undefined;
    const edits = text.onDidChangeContent(() => {
      model.handleEdit();
      clearTimeout(draft);
      draft = setTimeout(() => model.keepDraft(), DRAFT_AFTER_MS);
    });
    made.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyS, () => void model.save());
    restoreView(made, sandbox, path);
    setCode(made);
    return () => {
      clearTimeout(draft);
      model.keepDraft();
      keepView(made, sandbox, path);
      detach();
      edits.dispose();
      made.dispose();
      text.dispose();
      setCode(null);
    };
  }, [monaco, model, sandbox, path]);

  useEffect(() => {
    code?.updateOptions({
      readOnly: readOnly !== null,
      ...(readOnly === null ? {} : { readOnlyMessage: { value: readOnly } }),
    });
  }, [code, readOnly]);
  const { fontPx, wrap } = usePreferences().editor;
  useEffect(() => {
    code?.updateOptions({ fontSize: fontPx, lineHeight: Math.round(fontPx * 1.55), wordWrap: wrap ? 'on' : 'off' });
  }, [code, fontPx, wrap]);
  useEffect(() => {
    if (code === null || line === undefined) return;
    code.revealLineInCenter(line);
    code.setPosition({ lineNumber: line, column: 1 });
  }, [code, line]);
  useEffect(() => {
    if (code === null || hidden || !visible) return;
    code.layout();
  }, [code, hidden, visible]);

  return (
    <div ref={host} className="editor-text" data-hidden={hidden || undefined}>
      {monaco === null ? (
        <div className="editor-loading" aria-busy="true">
          <Skeleton width="50%" />
        </div>
      ) : null}
    </div>
  );
}

const viewKey = (sandbox: string, path: string) => `sandglass.view.${sandbox}:${path}`;

function keepView(code: editor.IStandaloneCodeEditor, sandbox: string, path: string): void {
  try {
    sessionStorage.setItem(viewKey(sandbox, path), JSON.stringify(code.saveViewState()));
  } catch {
    // Only the scroll position is lost.
  }
}

function restoreView(code: editor.IStandaloneCodeEditor, sandbox: string, path: string): void {
  try {
    const kept = sessionStorage.getItem(viewKey(sandbox, path));
    if (kept !== null) code.restoreViewState(JSON.parse(kept));
  } catch {
    // Kept by another version: the file starts at its top.
  }
}
