import { isAppError } from '@sandglass/protocol';
import { EmptyState } from '@sandglass/ui';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronRight, SearchX, Snowflake, TextSearch } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { Failed } from '../../platform/Failed.tsx';
import { shownName } from '../../platform/shownName.ts';
import type { FindState } from './findModel.ts';
import { type FindRow, findRows } from './findRows.ts';

interface FindResultsProps {
  readonly state: FindState;
  /** There is a question. */
  readonly asked: boolean;
  readonly onOpen: (path: string, line: number) => void;
  readonly onRetry: () => void;
}

const ROW_PX = 24;

/** Files and the lines found in them: arrows walk, Enter opens at the line, left and right fold. */
export function FindResults({ state, asked, onOpen, onRetry }: FindResultsProps) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState<string | null>(null);
  const rows = useMemo(() => findRows(state.files, folded), [state.files, folded]);
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const at = rows.findIndex((row) => row.key === chosen);
  useEffect(() => {
    if (at !== -1) virtual.scrollToIndex(at);
  }, [at, virtual]);
  const fold = (path: string, shut: boolean) =>
    setFolded((before) => {
      const next = new Set(before);
      if (shut) next.add(path);
      else next.delete(path);
      return next;
    });
  if (!asked)
    return (
      <EmptyState icon={<TextSearch size={18} />} title="Find in files">
        Every file below the home directory, but for installed packages and caches.
      </EmptyState>
    );
  if (state.phase === 'failed' && isAppError(state.error) && state.error.code === 'wrongState')
    return (
      <EmptyState icon={<Snowflake size={18} />} title="Not while it stands still">
        A frozen sandbox answers nothing. Search again when it runs.
      </EmptyState>
    );
  if (state.phase === 'failed' && rows.length === 0) return <Failed error={state.error} onRetry={onRetry} />;
  const use = (row: FindRow) => {
    setChosen(row.key);
    if (row.kind === 'file') fold(row.path, !folded.has(row.path));
    else onOpen(row.path, row.found.line);
  };
  const handleKey = (event: KeyboardEvent) => {
    const row = rows[at];
    const to = { ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) setChosen(rows[to]?.key ?? chosen);
    else if (row !== undefined && (event.key === 'Enter' || event.key === ' ')) use(row);
    else if (row !== undefined && event.key === 'ArrowLeft') {
      fold(row.path, true);
      setChosen(row.path);
    } else if (row !== undefined && event.key === 'ArrowRight') fold(row.path, false);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <p className="find-status" role="status">
        {describe(state)}
      </p>
      {rows.length === 0 && state.phase === 'done' && state.problem === null ? (
        <EmptyState icon={<SearchX size={18} />} title="Found nowhere">
          Capital letters, whole words and where to look narrow a search: look whether one of them is on.
        </EmptyState>
      ) : (
        <div
          ref={scroller}
          className="find-results"
          role="tree"
          aria-label="Found"
          tabIndex={0}
          aria-busy={state.phase === 'searching'}
          aria-activedescendant={at === -1 ? undefined : `${id}-${at}`}
          onKeyDown={handleKey}
          onFocus={() => {
            if (at === -1) setChosen(rows[0]?.key ?? null);
          }}
        >
          <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {virtual.getVirtualItems().map((item) => {
              const row = rows[item.index];
              if (row === undefined) return null;
              return (
                // The tree takes the keys; aria-activedescendant says which row they mean.
                // biome-ignore lint/a11y/useKeyWithClickEvents: see above
                // biome-ignore lint/a11y/useFocusableInteractive: see above
                <div
                  key={row.key}
                  id={`${id}-${item.index}`}
                  role="treeitem"
                  aria-level={row.kind === 'file' ? 1 : 2}
                  aria-selected={item.index === at}
                  aria-expanded={row.kind === 'file' ? !folded.has(row.path) : undefined}
                  className={`find-row find-row-${row.kind}`}
                  data-selected={item.index === at || undefined}
                  style={{ height: item.size, transform: `translateY(${item.start}px)` }}
                  title={shownName(row.path)}
                  onClick={() => use(row)}
                >
                  {row.kind === 'file' ? <FileLine row={row} folded={folded.has(row.path)} /> : <Line row={row} />}
                </div>
              );
            })}
          </div>
        </div>
      )}
    </>
  );
}

function FileLine({ row, folded }: { row: Extract<FindRow, { kind: 'file' }>; folded: boolean }) {
  const cut = row.path.lastIndexOf('/');
  return (
    <>
      <ChevronRight size={12} aria-hidden="true" className="find-chevron" data-open={!folded || undefined} />
      <bdi className="find-name">{shownName(row.path.slice(cut + 1))}</bdi>
      <bdi className="find-folder">{shownName(row.path.slice(0, cut))}</bdi>
      <span className="find-count">{row.count}</span>
    </>
  );
}

function Line({ row: { found } }: { row: Extract<FindRow, { kind: 'line' }> }) {
  const parts: ReactNode[] = [];
  const lead = found.text.length - found.text.trimStart().length;
  let from = Math.min(lead, found.ranges[0]?.[0] ?? lead);
  for (const [start, end] of found.ranges) {
    if (start < from) continue;
    parts.push(
      shownName(found.text.slice(from, start)),
      <mark key={start}>{shownName(found.text.slice(start, end))}</mark>,
    );
    from = end;
  }
  parts.push(shownName(found.text.slice(from)));
  return (
    <>
      <span className="find-number">{found.line}</span>
      <code className="find-text">{parts}</code>
    </>
  );
}

function describe({ phase, lines, files, cut, problem }: FindState): string {
  if (problem !== null) return problem;
  const many = `${lines.toLocaleString('en')} ${lines === 1 ? 'line' : 'lines'} in ${files.length.toLocaleString('en')} ${files.length === 1 ? 'file' : 'files'}`;
  if (phase === 'searching') return lines === 0 ? 'Searching…' : `${many}, searching…`;
  if (phase === 'failed') return `${many}, then the search broke off.`;
  if (phase === 'stopped') return `${many}, stopped.`;
  if (cut === 'limit') return `The first ${many}. Ask more narrowly to see the rest.`;
  if (cut === 'time') return `${many}, then a minute was over. Ask more narrowly.`;
  return many;
}
