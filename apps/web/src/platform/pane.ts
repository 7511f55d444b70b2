/**
 * What a pane of the workbench gets and may ask. Features never import each other: a pane asks the workbench through
 * `usePaneActions`, and speaks about itself through `usePane`.
 */
import type { Base, SandboxId, TerminalId } from '@sandglass/protocol';
import { createContext, useContext } from 'react';

/** Every pane component's props. `params` are what the pane was opened with; they survive a reload with the layout. */
export interface PaneProps<P extends object = Record<string, never>> {
  readonly sandbox: SandboxId;
  readonly params: P;
}

export interface EditorParams {
  readonly path: string;
  readonly line?: number;
}

export interface DiffParams {
  readonly path: string;
  readonly since: Base;
  /** Where it was at the base, when it was elsewhere. */
  readonly from?: string;
}

export interface TerminalParams {
  readonly terminal: TerminalId;
}

export interface PaneActions {
  /** Opens (or shows) the editor of a file; `line` is 1-based. */
  openFile(path: string, line?: number): void;
  /** Shows a path in the tree of files. */
  revealFile(path: string): void;
  /** Opens (or shows) a file beside what it was at a base. */
  openDiff(params: DiffParams): void;
  /** Opens (or shows) the pane of an existing terminal. */
  openTerminal(terminal: TerminalId, name: string): void;
  /** Opens a new shell of the person and shows it; absent for who may only watch. */
  readonly newTerminal: (() => void) | undefined;
  /** The same beside a pane; absent too where panes cannot stand side by side. */
  readonly splitTerminal: ((pane: string, direction: SplitDirection) => void) | undefined;
}

export type SplitDirection = 'right' | 'below';

/** The pane itself, for its own content. */
export interface PaneHandle {
  readonly id: string;
  /** False while another tab covers it: stop drawing, keep state. */
  readonly visible: boolean;
  setTitle(title: string): void;
  /** Shows the unsaved dot on the tab and asks before it is closed. */
  setUnsaved(unsaved: boolean): void;
  close(): void;
}

export const PaneActionsContext = createContext<PaneActions | null>(null);
export const PaneContext = createContext<PaneHandle | null>(null);

export function usePaneActions(): PaneActions {
  const actions = useContext(PaneActionsContext);
  if (actions === null) throw new Error('usePaneActions needs a workbench around it');
  return actions;
}

export function usePane(): PaneHandle {
  const pane = useContext(PaneContext);
  if (pane === null) throw new Error('usePane needs a pane around it');
  return pane;
}
