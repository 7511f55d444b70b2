import type { SandboxId } from '@sandglass/protocol';
import type { IDockviewPanelHeaderProps } from 'dockview-react';
import {
  Activity,
  Box,
  CircleDot,
  FileCode,
  FileDiff,
  Files,
  Flag,
  GitCompareArrows,
  Globe,
  MessageSquare,
  MessagesSquare,
  Monitor,
  SquareTerminal,
  TextSearch,
  X,
} from 'lucide-react';
import { type KeyboardEvent, type ReactNode, type RefObject, useContext, useEffect, useRef, useState } from 'react';
import { useChangeCount } from '../../platform/changes.ts';
import { useNotes } from '../../platform/notes.ts';
import { useRules } from '../../platform/rules.ts';
import { shownName } from '../../platform/shownName.ts';
import { useStore } from '../../platform/store.ts';
import { CloseContext } from './closing.ts';
import { WorkbenchSandbox } from './PaneHost.tsx';
import { unsavedPanes } from './unsaved.ts';

/** By the kind of pane. */
export const paneIcons: Record<string, ReactNode> = {
  files: <Files size={14} />,
  editor: <FileCode size={14} />,
  diff: <GitCompareArrows size={14} />,
  changes: <FileDiff size={14} />,
  find: <TextSearch size={14} />,
  screen: <Monitor size={14} />,
  terminal: <SquareTerminal size={14} />,
  activity: <Activity size={14} />,
  breakpoints: <CircleDot size={14} />,
  notes: <MessageSquare size={14} />,
  conversation: <MessagesSquare size={14} />,
  checkpoints: <Flag size={14} />,
  machine: <Box size={14} />,
  network: <Globe size={14} />,
};

/** How many files changed since the start, beside the name of their pane. */
function ChangeCount() {
  const sandbox = useContext(WorkbenchSandbox);
  return sandbox === null ? null : <CountOf sandbox={sandbox} />;
}

function CountOf({ sandbox }: { sandbox: SandboxId }) {
  const count = useChangeCount(sandbox);
  return count === undefined || count === 0 ? null : (
    <span className="bench-tab-count">{count > 999 ? '999+' : count}</span>
  );
}

/** How many notes there are. */
function NoteCount() {
  const sandbox = useContext(WorkbenchSandbox);
  return sandbox === null ? null : <NotesOf sandbox={sandbox} />;
}

function NotesOf({ sandbox }: { sandbox: SandboxId }) {
  const count = useNotes(sandbox).data?.length ?? 0;
  return count === 0 ? null : <span className="bench-tab-count">{count}</span>;
}

/** How many rules of its own are on. */
function RuleCount() {
  const sandbox = useContext(WorkbenchSandbox);
  return sandbox === null ? null : <RulesOf sandbox={sandbox} />;
}

function RulesOf({ sandbox }: { sandbox: SandboxId }) {
  const count = useRules(sandbox).data?.items.filter((rule) => rule.enabled).length ?? 0;
  return count === 0 ? null : <span className="bench-tab-count">{count}</span>;
}

/** The tab of the pane that is shown is in view, however many stand beside it. Dockview sees to it once, before the tab has its words. */
function useShownTabInView(
  api: IDockviewPanelHeaderProps['api'],
  tab: RefObject<HTMLElement | null>,
  title: string,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another title is another width
  useEffect(() => {
    const show = () => {
      if (api.isVisible) tab.current?.closest('.dv-tab')?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
    };
    const watches = [api.onDidVisibilityChange(show), api.onDidDimensionsChange(show)];
    show();
    return () => {
      for (const watch of watches) watch.dispose();
    };
  }, [api, tab, title]);
}

/** A tab: what kind, its name, and a cross, or a dot while its text is not saved. */
export function PaneTab({ api }: IDockviewPanelHeaderProps) {
  const [title, setTitle] = useState(api.title ?? '');
  useEffect(() => {
    const watch = api.onDidTitleChange((event) => setTitle(event.title));
    return () => watch.dispose();
  }, [api]);
  const tab = useRef<HTMLDivElement>(null);
  useShownTabInView(api, tab, title);
  const close = useContext(CloseContext);
  const unsaved = useStore(unsavedPanes).has(api.id);
  const kind = api.id.split(':')[0] ?? '';
  const handleKey = (event: KeyboardEvent) => {
    if (event.key === 'Delete') close(api.id);
  };
  return (
    // The tab itself is dockview's element, with role and name; this is what it shows.
    // biome-ignore lint/a11y/noStaticElementInteractions: the middle click is an extra, the cross and Delete do the same
    <div
      ref={tab}
      className="bench-tab"
      title={kind === 'editor' || kind === 'diff' ? shownName(api.id.slice(api.id.indexOf('/'))) : undefined}
      onKeyDown={handleKey}
      onAuxClick={(event) => event.button === 1 && close(api.id)}
    >
      {paneIcons[kind]}
      <span className="bench-tab-title">{title}</span>
      {kind === 'changes' ? <ChangeCount /> : null}
      {kind === 'notes' ? <NoteCount /> : null}
      {kind === 'breakpoints' ? <RuleCount /> : null}
      {/* For the mouse only: a tab holds no second control; Delete closes it from the keyboard. */}
      <span
        aria-hidden="true"
        className="bench-tab-close"
        title={unsaved ? 'Not saved' : 'Close (Delete)'}
        data-unsaved={unsaved || undefined}
        onPointerDown={(event) => event.stopPropagation()}
        onClick={() => close(api.id)}
      >
        {unsaved ? <span className="bench-tab-dot" /> : null}
        <X size={12} />
      </span>
    </div>
  );
}
