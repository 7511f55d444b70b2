/** Which one thing a phone shows: a tab, and what is opened in front of it. Pure. */
import type { TerminalId } from '@sandglass/protocol';
import type { Shown } from './shown.ts';

export const narrowTabs = ['screen', 'activity', 'terminal', 'files', 'actions'] as const;
export type NarrowTab = (typeof narrowTabs)[number];

export interface NarrowState {
  readonly tab: NarrowTab;
  /** Open in front of the files. */
  readonly file: { readonly path: string; readonly line: number | undefined } | undefined;
  readonly terminal: TerminalId | undefined;
  /** A pane without a tab of its own, in front of the actions. */
  readonly other: string | undefined;
}

const others: readonly string[] = [
  'breakpoints',
  'notes',
  'conversation',
  'checkpoints',
  'machine',
  'network',
  'changes',
  'find',
];
const isTab = (pane: string): pane is NarrowTab => (narrowTabs as readonly string[]).includes(pane);

function openFile(state: NarrowState, path: string, line?: number): NarrowState {
  return { ...state, tab: 'files', file: { path, line } };
}

function openTerminal(state: NarrowState, terminal: TerminalId): NarrowState {
  return { ...state, tab: 'terminal', terminal };
}

/** A pane by its name in the workbench; a name that is none changes nothing. */
function show(state: NarrowState, pane: string): NarrowState {
  if (isTab(pane)) return { ...state, tab: pane };
  return others.includes(pane) ? { ...state, tab: 'actions', other: pane } : state;
}

/** What an address says. */
function follow(state: NarrowState, { pane, file, line, terminal }: Shown): NarrowState {
  let next = state;
  if (pane !== undefined) next = show(next, pane);
  if (terminal !== undefined) next = openTerminal(next, terminal as TerminalId);
  if (file !== undefined) next = openFile(next, file, line);
  return next;
}

export const narrowModel = {
  start: (screen: boolean, first: Shown): NarrowState =>
    follow({ tab: screen ? 'screen' : 'activity', file: undefined, terminal: undefined, other: undefined }, first),
  /** The tab that is shown already goes back to its beginning: twice on Actions is the list of them. */
  pick: (state: NarrowState, tab: NarrowTab): NarrowState =>
    tab === state.tab && tab === 'actions' ? { ...state, other: undefined } : { ...state, tab },
  back: (state: NarrowState): NarrowState =>
    state.tab === 'actions' ? { ...state, other: undefined } : { ...state, file: undefined },
  show,
  openFile,
  openTerminal,
  follow,
  shown(state: NarrowState, terminal: string | undefined): Shown {
    if (state.tab === 'files' && state.file !== undefined) return { file: state.file.path };
    if (state.tab === 'terminal') return terminal === undefined ? { pane: 'terminal' } : { terminal };
    if (state.tab === 'actions') return state.other === undefined ? {} : { pane: state.other };
    return { pane: state.tab };
  },
};
