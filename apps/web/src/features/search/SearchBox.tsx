import { type Found, MIN_SEARCH_CHARACTERS, type SandboxId } from '@sandglass/protocol';
import { ErrorNote, IconButton, Input } from '@sandglass/ui';
import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { describeFailure } from '../../platform/errors.ts';
import { usePlayhead } from '../../platform/playhead.ts';
import { useStore } from '../../platform/store.ts';
import { useActions } from '../../platform/useAction.ts';
import { FoundList } from './FoundList.tsx';
import { SearchModel } from './searchModel.ts';
import './search.css';

const LIMIT = 500;

/** Looks through a recording; the places that were found are moments to go to, by `n` and `N` as well. */
export function SearchBox({ sandbox, onShow }: { sandbox: SandboxId; onShow: (found: Found) => void }) {
  const client = useClient();
  const model = useMemo(
    () =>
      new SearchModel((words, signal) =>
        client.request('searchSandbox', { params: { sandbox }, query: { q: words, limit: LIMIT }, signal }),
      ),
    [client, sandbox],
  );
  useEffect(() => () => model.dispose(), [model]);
  const state = useStore(model);
  const playhead = usePlayhead();
  const [open, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const list = useId();

  const show = (found: Found | undefined) => {
    if (found !== undefined) onShow(found);
  };
  const shownUs = () => {
    const { head } = playhead.state;
    return head.phase === 'live' ? null : head.atUs;
  };
  const next = () => show(model.next(shownUs()));
  const previous = () => show(model.previous(shownUs()));
  const close = () => {
    setOpen(false);
    model.clear();
  };
  const hasFound = state.items.length > 0;
  useActions([
    {
      id: 'recording.search',
      title: 'Search this recording',
      group: 'Timeline',
      shortcut: '/',
      keywords: 'find output actions text',
      run: () => input.current?.focus(),
    },
    { id: 'recording.next', title: 'Next place found', group: 'Timeline', shortcut: 'N', when: hasFound, run: next },
    {
      id: 'recording.previous',
      title: 'Previous place found',
      group: 'Timeline',
      shortcut: 'Shift+N',
      when: hasFound,
      run: previous,
    },
  ]);

  const handleKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      if (state.words === '') input.current?.blur();
      else close();
    } else if (event.key === 'Enter') {
      if (event.shiftKey) previous();
      else next();
    } else if (event.key === 'ArrowDown') next();
    else if (event.key === 'ArrowUp') previous();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const words = state.words.trim();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears only that the focus leaves it
    <div
      ref={root}
      className="search"
      onBlur={(event) => {
        if (!root.current?.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <Input
        ref={input}
        type="search"
        aria-label="Search this recording"
        placeholder="Search actions, output, files"
        role="combobox"
        aria-expanded={open && words !== ''}
        aria-controls={list}
        aria-activedescendant={state.at === -1 ? undefined : `${list}-${state.at}`}
        value={state.words}
        onFocus={() => setOpen(true)}
        onChange={(event) => {
          setOpen(true);
          model.look(event.currentTarget.value);
        }}
        onKeyDown={handleKey}
      />
      {words === '' ? null : (
        <span className="search-walk">
          <span className="search-count" role="status">
            {countOf(state)}
          </span>
          <IconButton size="small" label="Previous place" shortcut="Shift+N" disabled={!hasFound} onClick={previous}>
            <ChevronUp size={14} />
          </IconButton>
          <IconButton size="small" label="Next place" shortcut="N" disabled={!hasFound} onClick={next}>
            <ChevronDown size={14} />
          </IconButton>
          <IconButton size="small" label="End the search" onClick={close}>
            <X size={14} />
          </IconButton>
        </span>
      )}
      {open && words !== '' ? (
        <div className="search-found" data-busy={state.phase === 'searching' || undefined}>
          {state.phase === 'failed' ? (
            <ErrorNote title={describeFailure(state.error).title}>{describeFailure(state.error).detail}</ErrorNote>
          ) : (
            <FoundList id={list} state={state} onChoose={(at) => show(model.go(at))} />
          )}
        </div>
      ) : null}
    </div>
  );
}

function countOf({ phase, items, total, at, words }: SearchModel['state']): string {
  if (phase === 'idle')
    return [...words.trim()].length < MIN_SEARCH_CHARACTERS ? `${MIN_SEARCH_CHARACTERS} letters or more` : '';
  if (phase === 'searching') return 'Searching…';
  if (phase === 'failed') return 'Failed';
  if (items.length === 0) return 'Nothing found';
  return `${at === -1 ? '' : `${at + 1} of `}${total > items.length ? `${items.length}+` : items.length}`;
}
