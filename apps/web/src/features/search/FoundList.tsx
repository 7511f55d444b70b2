import type { Found, TextSource } from '@sandglass/protocol';
import { formatElapsed } from '@sandglass/replay';
import { AppWindow, FilePen, Globe, Info, MessageSquare, PanelTop, SquareTerminal, Zap } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { shownName } from '../../platform/shownName.ts';
import type { SearchState } from './searchModel.ts';

const sources: Record<TextSource, { name: string; icon: ReactNode }> = {
  call: { name: 'Call', icon: <Zap size={13} /> },
  output: { name: 'Output', icon: <SquareTerminal size={13} /> },
  file: { name: 'File', icon: <FilePen size={13} /> },
  network: { name: 'Network', icon: <Globe size={13} /> },
  window: { name: 'Window', icon: <AppWindow size={13} /> },
  page: { name: 'Page', icon: <PanelTop size={13} /> },
  event: { name: 'Event', icon: <Info size={13} /> },
  note: { name: 'Note', icon: <MessageSquare size={13} /> },
};

/** The places that were found, oldest first. */
export function FoundList({ id, state, onChoose }: { id: string; state: SearchState; onChoose: (at: number) => void }) {
  const { items, total, at, complete, phase } = state;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (at !== -1) list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  if (phase === 'idle') return <p className="search-note">Give three letters or more of what you look for.</p>;
  if (phase === 'found' && items.length === 0) {
    return (
      <p className="search-note">
        Nothing in calls, output, files, requests, window titles, pages and notes has these words.
        {complete ? null : ' The newest is still being looked through.'}
      </p>
    );
  }
  return (
    <>
      <div ref={list} id={id} role="listbox" aria-label="Places found" className="search-list">
        {items.map((item, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys of the field above choose
          <div
            // Two texts may have one place in the log; they never change their order.
            key={keyOf(item)}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            tabIndex={-1}
            className="search-place"
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onChoose(index)}
          >
            <time className="search-time">{formatElapsed(item.atUs)}</time>
            <span className="search-source" role="img" aria-label={sources[item.source].name}>
              {sources[item.source].icon}
            </span>
            <Marked found={item} />
          </div>
        ))}
      </div>
      {total > items.length ? (
        <p className="search-note">
          The first {items.length} of {total === 10_000 ? 'more than 10,000' : total}. More words find less.
        </p>
      ) : null}
    </>
  );
}

const keyOf = ({ seq, source, text }: Found): string => `${seq} ${source} ${text}`;

/** The text with what was looked for; a machine said it, so it is shown as text alone. */
function Marked({ found: { text, matches } }: { found: Found }) {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const [start, end] of matches) {
    parts.push(shownName(text.slice(from, start)), <mark key={start}>{shownName(text.slice(start, end))}</mark>);
    from = end;
  }
  parts.push(shownName(text.slice(from)));
  return <bdi className="search-text">{parts}</bdi>;
}
