/** Every pane the workbench can show. Each is its own chunk, loaded when it is first shown. */
import type { ComponentType, LazyExoticComponent } from 'react';
import { lazy } from 'react';
import type { PaneProps } from '../../platform/pane.ts';

type Pane = LazyExoticComponent<ComponentType<PaneProps>>;

/** Panes get params of their own shape; the layout stores them as data, and each pane checks what it reads. */
const pane = (load: () => Promise<{ default: unknown }>): Pane =>
  lazy(load as () => Promise<{ default: ComponentType<PaneProps> }>);

export const panes = {
  files: pane(() => import('../files/FilesPane.tsx')),
  editor: pane(() => import('../editor/EditorPane.tsx')),
  diff: pane(() => import('../editor/DiffPane.tsx')),
  changes: pane(() => import('../changes/ChangesPane.tsx')),
  find: pane(() => import('../find/FindPane.tsx')),
  screen: pane(() => import('../screen/ScreenPane.tsx')),
  terminal: pane(() => import('../terminals/TerminalPane.tsx')),
  activity: pane(() => import('./ActivityWithGate.tsx')),
  breakpoints: pane(() => import('../breakpoints/BreakpointsPane.tsx')),
  notes: pane(() => import('../notes/NotesPane.tsx')),
  conversation: pane(() => import('../conversation/ConversationPane.tsx')),
  checkpoints: pane(() => import('../checkpoints/CheckpointsPane.tsx')),
  machine: pane(() => import('../machine/MachinePane.tsx')),
  network: pane(() => import('../machine/NetworkPane.tsx')),
} as const;

export type PaneKind = keyof typeof panes;

/** Those that show the moment of the playhead; the others show the sandbox as it is now, and say so. */
export const inTime: ReadonlySet<PaneKind> = new Set([
  'files',
  'editor',
  'diff',
  'screen',
  'terminal',
  'activity',
  'changes',
  'machine',
  'network',
  'notes',
  'conversation',
  'checkpoints',
]);
