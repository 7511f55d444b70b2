import { type Base, isAppError, type SandboxId } from '@sandglass/protocol';
import { EmptyState, IconButton, LoadingState } from '@sandglass/ui';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { FileDiff, Rows2 } from 'lucide-react';
import { useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { Failed } from '../../platform/Failed.tsx';
import type { DiffParams, PaneProps } from '../../platform/pane.ts';
import { useIsPast } from '../../platform/playhead.ts';
import { DiffText } from './DiffText.tsx';
import { useFileSeq } from './useFileBytes.ts';
import { usePastText } from './usePastText.ts';
import { ViewBar } from './ViewBar.tsx';
import './editor.css';

/** One file as it was at a base and as it is now, or at the moment of the playhead; kept fresh. */
export default function DiffPane({ sandbox, params }: PaneProps<DiffParams>) {
  const { path, since, from } = params;
  const sides = useSides(sandbox, path, since, from ?? path);
  const isPast = useIsPast();
  const past = usePastText(sandbox, path);
  const [inline, setInline] = useState(false);
  if (isPast && past.phase === 'none')
    return (
      <EmptyState icon={<FileDiff size={18} />} title="There is no text of this moment to compare">
        {past.why}
      </EmptyState>
    );
  if (sides.isError)
    return isAppError(sides.error) && sides.error.code === 'notText' ? (
      <EmptyState icon={<FileDiff size={18} />} title="This file is not text">
        It changed, but there are no lines to compare. Open it to look at its bytes.
      </EmptyState>
    ) : (
      <Failed error={sides.error} onRetry={() => void sides.refetch()} />
    );
  if (sides.data === undefined || (isPast && past.phase === 'reading'))
    return <LoadingState label="Reading both sides" lines={6} />;
  const { before } = sides.data;
  const after = isPast && past.phase === 'text' ? past.text : sides.data.after;
  const same = before === after;
  const facts = before === null ? 'added' : after === null ? 'deleted' : same ? 'content is the same' : nameOf(since);
  return (
    <div className="editor-pane">
      <ViewBar sandbox={sandbox} path={path} facts={facts}>
        <IconButton size="small" label="One below the other" pressed={inline} onClick={() => setInline(!inline)}>
          <Rows2 size={13} />
        </IconButton>
      </ViewBar>
      <DiffText
        path={path}
        before={before ?? ''}
        after={after ?? ''}
        inline={inline}
        now={isPast ? 'As it was at this moment' : 'As it is now'}
      />
    </div>
  );
}

const nameOf = (since: Base): string => (since === 'start' ? 'against the start' : 'against a checkpoint');

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
