import type { editor } from 'monaco-editor/editor';
import { useEffect, useRef, useState } from 'react';
import { usePane } from '../../platform/pane.ts';
import { usePreferences } from '../../platform/preferences.ts';
import { editorOptions } from './editorOptions.ts';
import { useMonaco } from './useMonaco.ts';

interface DiffTextProps {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly inline: boolean;
  /** What the right side is. */
  readonly now: string;
}

/** Two texts side by side, or one below the other. */
export function DiffText({ path, before, after, inline, now }: DiffTextProps) {
  const monaco = useMonaco();
  const host = useRef<HTMLDivElement>(null);
  const [diff, setDiff] = useState<editor.IStandaloneDiffEditor | null>(null);
  const { visible } = usePane();
  const { fontPx } = usePreferences().editor;
  useEffect(() => {
    const element = host.current;
    if (monaco === null || element === null) return;
    const at = (scheme: string) => monaco.Uri.from({ scheme, path });
    for (const scheme of ['diff-before', 'diff-after']) monaco.editor.getModel(at(scheme))?.dispose();
    const original = monaco.editor.createModel('', undefined, at('diff-before'));
    const modified = monaco.editor.createModel('', undefined, at('diff-after'));
    const made = monaco.editor.createDiffEditor(element, {
      ...editorOptions,
      readOnly: true,
      originalEditable: false,
      useInlineViewWhenSpaceIsLimited: true,
      hideUnchangedRegions: { enabled: true },
      originalAriaLabel: 'As it was',
      modifiedAriaLabel: now,
    });
    made.setModel({ original, modified });
    setDiff(made);
    return () => {
      made.dispose();
      original.dispose();
      modified.dispose();
      setDiff(null);
    };
  }, [monaco, path, now]);
  useEffect(() => {
    const model = diff?.getModel();
    if (model === null || model === undefined) return;
    if (model.original.getValue() !== before) model.original.setValue(before);
    if (model.modified.getValue() !== after) model.modified.setValue(after);
  }, [diff, before, after]);
  useEffect(() => {
    diff?.updateOptions({
      renderSideBySide: !inline,
      fontSize: fontPx,
      lineHeight: Math.round(fontPx * 1.55),
    });
  }, [diff, inline, fontPx]);
  useEffect(() => {
    if (visible) diff?.layout();
  }, [diff, visible]);
  return <div ref={host} className="editor-diff" />;
}
