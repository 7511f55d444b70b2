import { type Base, isAppError, type SandboxId } from '@sandglass/protocol';
import { EmptyState, IconButton, LoadingState } from '@sandglass/ui';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { FileDiff, Rows2 } from 'lucide-react';
import type { editor } from 'monaco-editor/editor';
import { useEffect, useRef, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { Failed } from '../../platform/Failed.tsx';
import { type DiffParams, type PaneProps, usePane } from '../../platform/pane.ts';
import { usePreferences } from '../../platform/preferences.ts';
import { editorOptions } from './editorOptions.ts';
import { useFileSeq } from './useFileBytes.ts';
import { useMonaco } from './useMonaco.ts';
import { ViewBar } from './ViewBar.tsx';
import './editor.css';

/** One file as it was at a base and as it is now, kept fresh. */
export default function DiffPane({ sandbox, params }: PaneProps<DiffParams>) {
  const { path, since, from } = params;
  const sides = useSides(sandbox, path, since, from ?? path);
  const [inline, setInline] = useState(false);
  if (sides.isError)
    return isAppError(sides.error) && sides.error.code === 'notText' ? (
      <EmptyState icon={<FileDiff size={18} />} title="This file is not text">
        It changed, but there are no lines to compare. Open it to look at its bytes.
      </EmptyState>
    ) : (
      <Failed error={sides.error} onRetry={() => void sides.refetch()} />
    );
  if (sides.data === undefined) return <LoadingState label="Reading both sides" lines={6} />;
  const { before, after } = sides.data;
  const same = before === after;
  const facts = before === null ? 'added' : after === null ? 'deleted' : same ? 'content is the same' : nameOf(since);
  return (
    <div className="editor-pane">
      <ViewBar sandbox={sandbox} path={path} facts={facts}>
        <IconButton size="small" label="One below the other" pressed={inline} onClick={() => setInline(!inline)}>
          <Rows2 size={13} />
        </IconButton>
      </ViewBar>
      <DiffText path={path} before={before ?? ''} after={after ?? ''} inline={inline} />
    </div>
  );
}

const nameOf = (since: Base): string => (since === 'start' ? 'against the start' : 'against a checkpoint');

interface DiffTextProps {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly inline: boolean;
}

function DiffText({ path, before, after, inline }: DiffTextProps) {
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
      modifiedAriaLabel: 'As it is now',
    });
    made.setModel({ original, modified });
    setDiff(made);
    return () => {
      made.dispose();
      original.dispose();
      modified.dispose();
      setDiff(null);
    };
  }, [monaco, path]);
  useEffect(() => {
    const model = diff?.getModel();
    if (model === null || model === undefined) return;
    if (model.original.getValue() !== before) model.original.setValue(before);
    if (model.modified.getValue() !== after) model.modified.setValue(after);
  }, [diff, before, after]);
  useEffect(() => {
    diff?.updateOptions({ renderSideBySide: !inline, fontSize: fontPx, lineHeight: Math.round(fontPx * 1.55) });
  }, [diff, inline, fontPx]);
  useEffect(() => {
    if (visible) diff?.layout();
  }, [diff, visible]);
  return <div ref={host} className="editor-diff" />;
}

/** Null: it is not there on that side. */
function useSides(sandbox: SandboxId, path: string, since: Base, from: string) {
  const client = useClient();
  const seq = useFileSeq(sandbox, path);
  return useQuery({
    queryKey: ['diff', sandbox, path, since, from, seq],
    queryFn: async ({ signal }) => {
      const then = { params: { sandbox, base: since }, query: { path: from, text: 'true' as const }, signal };
      const now = { params: { sandbox }, query: { path, text: 'true' as const }, signal };
      const [before, after] = await Promise.all([
        client.request('readBaseFile', { ...then, timeoutMs: 60_000 }).then(toText, orNull),
        client.request('readFile', now).then(toText, orNull),
      ]);
      return { before, after };
    },
    placeholderData: keepPreviousData,
    retry: false,
  });
}

const toText = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

function orNull(error: unknown): null {
  if (isAppError(error) && error.code === 'notFound') return null;
  throw error;
}
