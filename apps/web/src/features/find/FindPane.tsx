import { IconButton, Input } from '@sandglass/ui';
import { CaseSensitive, Ellipsis, Regex, Search, Square, WholeWord } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { type PaneProps, usePane, usePaneActions } from '../../platform/pane.ts';
import { useStore } from '../../platform/store.ts';
import { useActions } from '../../platform/useAction.ts';
import { FindResults } from './FindResults.tsx';
import { emptyQuestion, FindModel, type FindQuestion } from './findModel.ts';
import { keepQuestion, readQuestion } from './keptQuestion.ts';
import './find.css';

/** Long enough that a word is not searched letter by letter. */
const TYPED_MS = 300;

/** Find in files: answers as they are found, opened at their line. */
export default function FindPane({ sandbox }: PaneProps) {
  const client = useClient();
  const { openFile } = usePaneActions();
  const { visible } = usePane();
  const model = useMemo(
    () =>
      new FindModel({
        open: async ({ query, include, exclude, ...flags }, signal) => {
          const on = Object.entries(flags).filter(([, set]) => set);
          const reply = await client.open('find', {
            params: { sandbox },
            query: {
              query,
              ...Object.fromEntries(on.map(([name]) => [name, 'true'])),
              ...(include === '' ? {} : { include }),
              ...(exclude === '' ? {} : { exclude }),
            },
            signal,
            // It says nothing while it finds nothing; the sandbox ends it after a minute.
            timeoutMs: 0,
            attempts: 1,
          });
          return reply.stream;
        },
      }),
    [client, sandbox],
  );
  const state = useStore(model);
  const [question, setQuestion] = useState<FindQuestion>(() => readQuestion(sandbox));
  const [more, setMore] = useState(question.include !== '' || question.exclude !== '');
  const input = useRef<HTMLInputElement>(null);
  const pane = useRef<HTMLDivElement>(null);
  useEffect(() => () => model.clear(), [model]);
  useEffect(() => {
    keepQuestion(sandbox, question);
    if (question.query === '') return model.clear();
    const timer = setTimeout(() => void model.start(question), TYPED_MS);
    return () => clearTimeout(timer);
  }, [model, question, sandbox]);
  useEffect(() => {
    if (visible) input.current?.select();
  }, [visible]);
  const change = (part: Partial<FindQuestion>) => setQuestion((before) => ({ ...before, ...part }));
  useActions([
    {
      id: 'find.again',
      title: 'Search in files again',
      group: 'Find',
      when: visible && question.query !== '',
      run: () => void model.start(question),
    },
    {
      id: 'find.clear',
      title: 'Clear the search in files',
      group: 'Find',
      when: visible && question.query !== '',
      run: () => setQuestion(emptyQuestion),
    },
  ]);
  const handleKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') void model.start(question);
    else if (event.key === 'ArrowDown') pane.current?.querySelector<HTMLElement>('[role=tree]')?.focus();
    else if (event.key === 'Escape') model.stop();
    else return;
    event.preventDefault();
  };
  return (
    <div ref={pane} className="find-pane">
      <search className="find-form">
        <div className="find-line">
          <Input
            ref={input}
            mono
            aria-label="Find in files"
            placeholder="Find in files"
            value={question.query}
            onChange={(event) => change({ query: event.target.value })}
            onKeyDown={handleKey}
          />
          <IconButton
            size="small"
            label="Capital letters matter"
            pressed={question.case}
            onClick={() => change({ case: !question.case })}
          >
            <CaseSensitive size={15} />
          </IconButton>
          <IconButton
            size="small"
            label="Whole words"
            pressed={question.word}
            onClick={() => change({ word: !question.word })}
          >
            <WholeWord size={15} />
          </IconButton>
          <IconButton
            size="small"
            label="Regular expression"
            pressed={question.regex}
            onClick={() => change({ regex: !question.regex })}
          >
            <Regex size={15} />
          </IconButton>
          <IconButton size="small" label="Where to look" pressed={more} onClick={() => setMore(!more)}>
            <Ellipsis size={15} />
          </IconButton>
          {state.phase === 'searching' ? (
            <IconButton size="small" label="Stop" onClick={() => model.stop()}>
              <Square size={12} />
            </IconButton>
          ) : (
            <IconButton
              size="small"
              label="Search again"
              disabled={question.query === ''}
              onClick={() => void model.start(question)}
            >
              <Search size={14} />
            </IconButton>
          )}
        </div>
        {more ? (
          <div className="find-where">
            <Input
              mono
              aria-label="Only in"
              placeholder="Only in: *.ts, src/**"
              value={question.include}
              onChange={(event) => change({ include: event.target.value })}
            />
            <Input
              mono
              aria-label="Not in"
              placeholder="Not in: *.min.js, dist/**"
              value={question.exclude}
              onChange={(event) => change({ exclude: event.target.value })}
            />
            <label className="find-everything">
              <input
                type="checkbox"
                checked={question.everything}
                onChange={(event) => change({ everything: event.target.checked })}
              />
              Also node_modules, .git, caches and what .gitignore names
            </label>
          </div>
        ) : null}
      </search>
      <FindResults
        state={state}
        asked={question.query !== ''}
        onOpen={(path, line) => openFile(path, line)}
        onRetry={() => void model.start(question)}
      />
    </div>
  );
}
