import { IconButton } from '@sandglass/ui';
import { CaseSensitive, ChevronDown, ChevronUp, Regex, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useStore } from '../../platform/store.ts';
import type { TerminalViewModel } from './terminalViewModel.ts';
import type { XtermScreen } from './xtermScreen.ts';
import type { SearchResult } from './xtermSearch.ts';

interface TerminalFindProps {
  readonly view: TerminalViewModel;
  readonly screen: XtermScreen;
}

/** Finds text in what the terminal has said: the newest first, since that is where one looks. */
export function TerminalFind({ view, screen }: TerminalFindProps) {
  const { found } = useStore(view);
  const [text, setText] = useState(() => firstLine(screen.selection));
  const [matchCase, setMatchCase] = useState(false);
  const [regex, setRegex] = useState(false);
  const [valid, setValid] = useState(true);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  useEffect(() => setValid(screen.search.find({ text, matchCase, regex }, 'typing')), [screen, text, matchCase, regex]);
  useEffect(() => () => screen.search.clear(), [screen]);
  const find = (direction: 'next' | 'previous') => screen.search.find({ text, matchCase, regex }, direction);
  const close = () => {
    view.closeFind();
    screen.focus();
  };
  const handleKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && event.target === input.current) find(event.shiftKey ? 'next' : 'previous');
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f') input.current?.select();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <search className="terminal-find" onKeyDown={handleKey}>
      <input
        ref={input}
        aria-label="Find in this terminal"
        placeholder="Find"
        value={text}
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={!valid}
        // biome-ignore lint/a11y/noAutofocus: the person has just asked to type here
        autoFocus
        onChange={(event) => setText(event.target.value)}
      />
      <span className="terminal-found" role="status">
        {countOf(text, valid, found)}
      </span>
      <IconButton size="small" label="Match case" pressed={matchCase} onClick={() => setMatchCase(!matchCase)}>
        <CaseSensitive size={14} />
      </IconButton>
      <IconButton size="small" label="Regular expression" pressed={regex} onClick={() => setRegex(!regex)}>
        <Regex size={13} />
      </IconButton>
      <IconButton size="small" label="Older match" shortcut="Enter" onClick={() => find('previous')}>
        <ChevronUp size={14} />
      </IconButton>
      <IconButton size="small" label="Newer match" shortcut="Shift Enter" onClick={() => find('next')}>
        <ChevronDown size={14} />
      </IconButton>
      <IconButton size="small" label="Close find" shortcut="Esc" onClick={close}>
        <X size={14} />
      </IconButton>
    </search>
  );
}

const firstLine = (selection: string): string => (selection.includes('\n') ? '' : selection.trim().slice(0, 200));

function countOf(text: string, valid: boolean, found: SearchResult | null): string {
  if (text === '') return '';
  if (!valid) return 'Not a valid expression';
  if (found === null || found.count === 0) return 'Nothing found';
  const count = found.capped ? `${found.count}+` : `${found.count}`;
  return found.index < 0 ? `${count} found` : `${found.index + 1} of ${count}`;
}
