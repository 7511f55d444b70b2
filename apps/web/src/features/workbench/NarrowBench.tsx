import type { TerminalId } from '@sandglass/protocol';
import { Button, EmptyState, Select } from '@sandglass/ui';
import { ChevronLeft, Plus, SquareTerminal } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { type DiffParams, PaneActionsContext } from '../../platform/pane.ts';
import { useIsSharedPast } from '../../platform/playhead.ts';
import { reveal } from '../../platform/reveal.ts';
import { shownName } from '../../platform/shownName.ts';
import { useStore } from '../../platform/store.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { ActionList } from './ActionList.tsx';
import { CloseDialog, type CloseQuestion } from './CloseDialog.tsx';
import { KeyRow } from './KeyRow.tsx';
import { hasScreen, type PanelParams } from './layout.ts';
import { NarrowTabs } from './NarrowTabs.tsx';
import { type NarrowState, narrowModel } from './narrowModel.ts';
import { PaneContent } from './PaneHost.tsx';
import { isOfSharedPast, useTerminalActions, useTerminals } from './terminals.ts';
import { unsavedPanes } from './unsaved.ts';
import type { WorkbenchProps } from './Workbench.tsx';
import './narrow.css';

/** A terminal of one's own on a phone starts as wide as the phone; later it is left alone. */
const sizeOnPhone = () => ({ columns: Math.max(20, Math.floor((window.innerWidth - 24) / CHARACTER_PX)), rows: 24 });
const CHARACTER_PX = 7.3;

/** One thing at a time, its tabs at the foot, where a thumb is. */
export default function NarrowBench({ sandbox, first, onBench }: WorkbenchProps) {
  const [state, setState] = useState<NarrowState>(() => narrowModel.start(hasScreen(sandbox), first));
  const [question, setQuestion] = useState<CloseQuestion>({ kind: 'none' });
  const [diff, setDiff] = useState<DiffParams | null>(null);
  const mayOperate = useMayOperate(sandbox);
  const sharedPast = useIsSharedPast(sandbox);
  const terminals = (useTerminals(sandbox.id, sandbox.phase !== 'creating').data ?? []).filter(
    (terminal) =>
      terminal.exit === null || terminal.id === state.terminal || (sharedPast && isOfSharedPast(terminal, sandbox)),
  );
  const { open } = useTerminalActions(sandbox.id);
  const terminal = terminals.find(({ id }) => id === state.terminal) ?? terminals.at(-1);
  const openOne = open.mutate;
  const actions = useMemo(
    () => ({
      openFile: (path: string, line?: number) => setState((before) => narrowModel.openFile(before, path, line)),
      openTerminal: (id: TerminalId) => setState((before) => narrowModel.openTerminal(before, id)),
      newTerminal: mayOperate
        ? () =>
            openOne(sizeOnPhone(), {
              onSuccess: ({ id }) => setState((before) => narrowModel.openTerminal(before, id)),
            })
        : undefined,
      revealFile: (path: string) => {
        setState((before) => narrowModel.back({ ...before, tab: 'files' }));
        reveal(sandbox.id, path);
      },
      openDiff: setDiff,
      splitTerminal: undefined,
    }),
    [mayOperate, openOne, sandbox.id],
  );
  useEffect(() => {
    onBench({
      show: (pane) => setState((before) => narrowModel.show(before, pane)),
      shown: () => narrowModel.shown(state, terminal?.id),
    });
    return () => onBench(null);
  }, [onBench, state, terminal?.id]);
  // A new address, such as a link that was followed here, shows what it says.
  useEffect(() => {
    setState((before) =>
      narrowModel.follow(before, { pane: first.pane, file: first.file, line: first.line, terminal: first.terminal }),
    );
  }, [first.pane, first.file, first.line, first.terminal]);
  const { tab, file, other } = state;
  const editor = file === undefined ? undefined : `editor:${file.path}`;
  const unsaved = useStore(unsavedPanes).has(editor ?? '');
  const back = () => {
    if (tab === 'files' && unsaved && editor !== undefined)
      setQuestion({ kind: 'unsaved', pane: editor, name: shownName(file?.path.split('/').at(-1) ?? '') });
    else setState(narrowModel.back);
  };
  const part = (id: string, visible: boolean, params: PanelParams) => (
    <Part key={id} id={id} visible={visible} params={params} onClose={back} />
  );
  return (
    <PaneActionsContext value={actions}>
      <div className="narrow" data-tab={tab}>
        <div className="narrow-stage">
          {hasScreen(sandbox) ? part('screen', tab === 'screen', { kind: 'screen' }) : null}
          {part('activity', tab === 'activity' || tab === 'screen', { kind: 'activity' })}
          <section className="narrow-part" hidden={tab !== 'terminal'} aria-label="Terminal">
            <div className="narrow-bar">
              {terminals.length === 0 ? null : (
                <Select
                  label="Terminal"
                  value={terminal?.id ?? ''}
                  options={terminals.map(({ id, name }) => ({ value: id, label: shownName(name) }))}
                  onChange={(id) => actions.openTerminal(id as TerminalId)}
                />
              )}
              {actions.newTerminal === undefined ? null : (
                <Button icon={<Plus size={14} />} onClick={actions.newTerminal} busy={open.isPending}>
                  New
                </Button>
              )}
            </div>
            {terminal === undefined ? (
              <EmptyState icon={<SquareTerminal size={18} />} title="No terminal is open">
                {mayOperate ? 'Open one of your own, or wait for the agent’s.' : 'Those that are opened appear here.'}
              </EmptyState>
            ) : (
              <>
                {part(`terminal:${terminal.id}`, tab === 'terminal', {
                  kind: 'terminal',
                  params: { terminal: terminal.id },
                })}
                {mayOperate && terminal.exit === null ? <KeyRow /> : null}
              </>
            )}
          </section>
          {part('files', tab === 'files' && file === undefined, { kind: 'files' })}
          {file === undefined ? null : (
            <section className="narrow-part" hidden={tab !== 'files'} aria-label={shownName(file.path)}>
              <Back label="Files" onBack={back} />
              {part(`editor:${file.path}`, tab === 'files', {
                kind: 'editor',
                params: { path: file.path, ...(file.line === undefined ? {} : { line: file.line }) },
              })}
            </section>
          )}
          {other === undefined ? null : (
            <section className="narrow-part" hidden={tab !== 'actions' || diff !== null}>
              <Back label="Actions" onBack={back} />
              {part(other, tab === 'actions', { kind: other })}
            </section>
          )}
          {diff === null ? null : (
            <section className="narrow-part" hidden={tab !== 'actions'} aria-label={shownName(diff.path)}>
              <Back label="Changes" onBack={() => setDiff(null)} />
              {part(`diff:${diff.since}:${diff.path}`, tab === 'actions', { kind: 'diff', params: { ...diff } })}
            </section>
          )}
          <ActionList
            sandbox={sandbox}
            hidden={tab !== 'actions' || other !== undefined || diff !== null}
            onPane={(pane) => setState((before) => narrowModel.show(before, pane))}
          />
        </div>
        <NarrowTabs
          tab={tab}
          screen={hasScreen(sandbox)}
          unsaved={unsaved}
          onTab={(next) => setState((before) => narrowModel.pick(before, next))}
        />
      </div>
      <CloseDialog
        question={question}
        onClose={() => {
          setQuestion({ kind: 'none' });
          setState(narrowModel.back);
        }}
        onHangUp={() => undefined}
        onKeep={() => setQuestion({ kind: 'none' })}
      />
    </PaneActionsContext>
  );
}

function Part({
  id,
  visible,
  params,
  onClose,
}: {
  id: string;
  visible: boolean;
  params: PanelParams;
  onClose: () => void;
}) {
  const close = useRef(onClose);
  close.current = onClose;
  const handlers = useMemo(() => ({ setTitle: () => undefined, close: () => close.current() }), []);
  return (
    <div className="narrow-part" data-pane={params.kind} hidden={!visible}>
      <PaneContent id={id} params={params} visible={visible} {...handlers} />
    </div>
  );
}

function Back({ label, onBack }: { label: string; onBack: () => void }) {
  return (
    <button type="button" className="narrow-back" onClick={onBack}>
      <ChevronLeft size={16} /> {label}
    </button>
  );
}
