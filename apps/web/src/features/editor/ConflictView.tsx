import { Button } from '@sandglass/ui';
import { useEffect, useRef } from 'react';
import type { DocumentModel, FileVersionText } from './documentModel.ts';
import { editorOptions } from './editorOptions.ts';
import { useMonaco } from './useMonaco.ts';

interface ConflictViewProps {
  readonly model: DocumentModel;
  readonly path: string;
  readonly theirs: FileVersionText;
  readonly saving: boolean;
}

/** The file changed underneath: both texts side by side, and the three ways on. */
export function ConflictView({ model, path, theirs, saving }: ConflictViewProps) {
  const monaco = useMonaco();
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (monaco === null || element === null) return;
    const language =
      monaco.editor
        .getModels()
        .find((each) => each.uri.path === path)
        ?.getLanguageId() ?? 'plaintext';
    const original = monaco.editor.createModel(theirs.text, language);
    const modified = monaco.editor.createModel(model.getText(), language);
    const diff = monaco.editor.createDiffEditor(element, {
      ...editorOptions,
      readOnly: true,
      renderSideBySide: true,
      useInlineViewWhenSpaceIsLimited: true,
      originalAriaLabel: 'In the sandbox',
      modifiedAriaLabel: 'Yours',
    });
    // What is given above is not put on the fields themselves until they are edited.
    diff.getOriginalEditor().updateOptions({ ariaLabel: 'In the sandbox' });
    diff.getModifiedEditor().updateOptions({ ariaLabel: 'Yours' });
    diff.setModel({ original, modified });
    return () => {
      diff.dispose();
      original.dispose();
      modified.dispose();
    };
  }, [monaco, model, path, theirs]);
  return (
    <section className="editor-conflict" aria-label="The file changed in the sandbox">
      <div className="editor-conflict-head">
        <span className="editor-theirs">− In the sandbox</span>
        <span className="editor-yours">+ Yours</span>
      </div>
      <div ref={host} className="editor-diff" />
      <div className="editor-conflict-actions">
        <p>The file changed in the sandbox while you were editing. Nothing is lost yet: choose what stays.</p>
        <Button onClick={() => model.keepEditing()}>Keep editing</Button>
        <Button onClick={() => model.takeTheirs()}>Take theirs</Button>
        <Button tone="warn" busy={saving} onClick={() => void model.overwrite()}>
          Overwrite with yours
        </Button>
      </div>
    </section>
  );
}
