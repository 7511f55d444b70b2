import type { SandboxId } from '@sandglass/protocol';
import type { editor } from 'monaco-editor/editor';
import { useEffect, useRef, useState } from 'react';
import { usePreferences } from '../../platform/preferences.ts';
import { editorOptions } from './editorOptions.ts';
import { useMonaco } from './useMonaco.ts';

/** A text that follows the playhead. The view stays where it is while the text changes under it. */
export function PastText({ sandbox, path, text }: { sandbox: SandboxId; path: string; text: string }) {
  const monaco = useMonaco();
  const host = useRef<HTMLElement>(null);
  const [code, setCode] = useState<editor.IStandaloneCodeEditor | null>(null);
  useEffect(() => {
    const element = host.current;
    if (monaco === null || element === null) return;
    const uri = monaco.Uri.from({ scheme: 'past', authority: sandbox, path });
    monaco.editor.getModel(uri)?.dispose();
    const model = monaco.editor.createModel('', undefined, uri);
    const made = monaco.editor.create(element, {
      ...editorOptions,
      model,
      readOnly: true,
      readOnlyMessage: { value: 'This is the past. Restore this version to go on from it.' },
      ariaLabel: 'Its text',
    });
    setCode(made);
    return () => {
      made.dispose();
      model.dispose();
      setCode(null);
    };
  }, [monaco, sandbox, path]);
  useEffect(() => {
    if (code === null) return;
    const view = code.saveViewState();
    code.setValue(text);
    if (view !== null) code.restoreViewState(view);
  }, [code, text]);
  const { fontPx, wrap } = usePreferences().editor;
  useEffect(() => {
    code?.updateOptions({ fontSize: fontPx, lineHeight: Math.round(fontPx * 1.55), wordWrap: wrap ? 'on' : 'off' });
  }, [code, fontPx, wrap]);
  return <section ref={host} className="editor-text" aria-label="File as it was" />;
}
