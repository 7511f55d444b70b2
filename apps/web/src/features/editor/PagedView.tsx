import type { SandboxId } from '@sandglass/protocol';
import { IconButton, LoadingState, Segments, StaleNote } from '@sandglass/ui';
import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight } from 'lucide-react';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { describeFailure } from '../../platform/errors.ts';
import { Failed } from '../../platform/Failed.tsx';
import { formatBytes } from '../../platform/format.ts';
import { findType, hexRows } from './hex.ts';
import { useFilePart } from './useFileBytes.ts';
import { ViewBar } from './ViewBar.tsx';

interface PagedViewProps {
  readonly sandbox: SandboxId;
  readonly path: string;
  /** Bytes for what is no text, text for what is too large to be edited. */
  readonly start: 'bytes' | 'text';
}

const PAGE_BYTES = { bytes: 4_096, text: 262_144 } as const;

/** A file that is only looked at, page by page: nothing but the page is read, whatever its size. */
export function PagedView({ sandbox, path, start }: PagedViewProps) {
  const [as, setAs] = useState(start);
  /** `end`: the last page, wherever the end goes. */
  const [at, setAt] = useState<number | 'end'>(0);
  const length = PAGE_BYTES[as];
  const part = useFilePart(sandbox, path, { offset: at === 'end' ? -length : at, length });
  const scroller = useRef<HTMLPreElement>(null);
  const { data } = part;
  useLayoutEffect(() => {
    if (at === 'end' && data !== undefined) scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, [at, data]);
  const content = useMemo(() => (data === undefined ? '' : as === 'bytes' ? dump(data) : decode(data)), [data, as]);
  if (data === undefined && part.isError) return <Failed error={part.error} onRetry={() => void part.refetch()} />;
  if (data === undefined) return <LoadingState label="Reading the file" lines={6} />;
  const { offset, sizeBytes, bytes } = data;
  const last = Math.max(0, Math.floor((sizeBytes - 1) / length) * length);
  const type = offset === 0 ? findType(bytes) : undefined;
  const end = offset + bytes.length;
  return (
    <div className="editor-pane">
      <ViewBar
        sandbox={sandbox}
        path={path}
        facts={`${type === undefined ? '' : `${type} · `}${formatBytes(sizeBytes)} · read only`}
      >
        <Segments
          label="Show as"
          value={as}
          segments={[
            { value: 'text', label: 'Text' },
            { value: 'bytes', label: 'Bytes' },
          ]}
          onChange={(next) => {
            setAs(next);
            setAt(at === 'end' ? 'end' : Math.floor(offset / PAGE_BYTES[next]) * PAGE_BYTES[next]);
          }}
        />
      </ViewBar>
      {part.isError ? <StaleNote>This is what it was. {describeFailure(part.error).detail}</StaleNote> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      {/* biome-ignore lint/a11y/useSemanticElements: it is preformatted text too */}
      <pre ref={scroller} className="editor-paged" data-as={as} tabIndex={0} role="region" aria-label="Content">
        {sizeBytes === 0 ? 'The file is empty.' : content}
      </pre>
      <footer className="editor-pages">
        <IconButton size="small" label="First page" disabled={offset === 0} onClick={() => setAt(0)}>
          <ChevronFirst size={14} />
        </IconButton>
        <IconButton
          size="small"
          label="Page before"
          disabled={offset === 0}
          onClick={() => setAt(Math.max(0, offset - length))}
        >
          <ChevronLeft size={14} />
        </IconButton>
        <span className="editor-place" role="status">
          {offset.toLocaleString('en')} to {end.toLocaleString('en')} of {sizeBytes.toLocaleString('en')}
        </span>
        <IconButton size="small" label="Next page" disabled={end >= sizeBytes} onClick={() => setAt(offset + length)}>
          <ChevronRight size={14} />
        </IconButton>
        <IconButton size="small" label="Last page" disabled={end >= sizeBytes} onClick={() => setAt(last)}>
          <ChevronLast size={14} />
        </IconButton>
        <label className="editor-follow">
          <input
            type="checkbox"
            checked={at === 'end'}
            onChange={(event) => setAt(event.target.checked ? 'end' : offset)}
          />
          Follow the end
        </label>
      </footer>
    </div>
  );
}

const dump = ({ bytes, offset }: { bytes: Uint8Array; offset: number }): string =>
  hexRows(bytes, offset)
    .map((row) => `${row.offset}  ${row.bytes}  ${row.text}`)
    .join('\n');

const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** What would move or hide other characters is written as a box. */
const decode = ({ bytes }: { bytes: Uint8Array }): string =>
  new TextDecoder().decode(bytes).replace(CONTROLS, '\u2327');
