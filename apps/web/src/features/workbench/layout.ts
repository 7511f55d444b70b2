/** Where panes stand: the default arrangement, and the person's own, kept in this browser. */
import type { Sandbox, SandboxId, TerminalId } from '@sandglass/protocol';
import type { AddPanelPositionOptions, DockviewApi, SerializedDockview } from 'dockview-react';
import { z } from 'zod';
import type { DiffParams } from '../../platform/pane.ts';
import { readPreference, writePreference } from '../../platform/storage.ts';
import { type PaneKind, panes } from './panes.tsx';
import { dockPoppedOut } from './popouts.ts';

/** What a panel carries through a reload. Panes of one sandbox's things say whose. */
export const PanelParams = z.object({
  kind: z.string(),
  sandbox: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
});
export type PanelParams = z.infer<typeof PanelParams>;

export const titles: Record<PaneKind, string> = {
  files: 'Files',
  editor: 'Editor',
  diff: 'Diff',
  changes: 'Changes',
  find: 'Find',
  screen: 'Desktop',
  terminal: 'Terminal',
  activity: 'Activity',
  breakpoints: 'Breakpoints',
  notes: 'Notes',
  conversation: 'Conversation',
  checkpoints: 'Checkpoints',
  machine: 'Machine',
  network: 'Network',
};

/** One of each; terminals and editors come and go. */
export const fixedPanes = [
  'files',
  'screen',
  'activity',
  'checkpoints',
  'machine',
  'network',
  'changes',
  'find',
  'notes',
  'conversation',
  'breakpoints',
] as const satisfies readonly PaneKind[];
export type FixedPane = (typeof fixedPanes)[number];

export const hasScreen = (sandbox: Sandbox): boolean => sandbox.capabilities.screen !== 'none';
export const possiblePanes = (sandbox: Sandbox): FixedPane[] =>
  fixedPanes.filter((kind) => kind !== 'screen' || hasScreen(sandbox));

/** Three columns; up to this width two rows, the screen and everything else. */
const MEDIUM_PX = 1_020;
export type Shape = 'wide' | 'medium';
export const shapeOf = (widthPx: number): Shape => (widthPx <= MEDIUM_PX ? 'medium' : 'wide');

/** What panes are arranged for. Debug: everything at hand. Review: what happened beside what it looked like. */
export type Preset = 'debug' | 'review';

/** Who reviews a run has an arrangement for that, and finds the usual one again afterwards. */
const layoutKey = (shape: Shape, sandbox: Sandbox, preset: Preset) =>
  `layout.${shape}.${hasScreen(sandbox) ? 'screen' : 'shell'}${preset === 'review' ? '.review' : ''}`;
/** `known`: the panes there were when it was kept, so that one that came later is shown once. */
const SavedLayout = z.object({ known: z.array(z.string()), dock: z.record(z.string(), z.unknown()) });

export function saveLayout(api: DockviewApi, shape: Shape, sandbox: Sandbox, preset: Preset): void {
  writePreference(layoutKey(shape, sandbox, preset), { known: possiblePanes(sandbox), dock: api.toJSON() });
}

export function forgetLayout(shape: Shape, sandbox: Sandbox, preset: Preset): void {
  writePreference(layoutKey(shape, sandbox, preset), undefined);
}

/** Puts the person's layout back. False when there is none or it is of an older shape of the console. */
export function restoreLayout(api: DockviewApi, shape: Shape, sandbox: Sandbox, preset: Preset): boolean {
  const saved = readPreference(layoutKey(shape, sandbox, preset), SavedLayout);
  if (saved === undefined) return false;
  try {
    // A window that was popped out is gone with the page; browsers open none unasked.
    api.fromJSON(dockPoppedOut(saved.dock as unknown as SerializedDockview));
  } catch {
    api.clear();
    return false;
  }
  for (const panel of [...api.panels]) if (!fits(panel.params, sandbox)) panel.api.close();
  if (api.panels.length === 0) return false;
  for (const kind of possiblePanes(sandbox))
    if (!saved.known.includes(kind)) addFixed(api, kind, { inactive: true, ...besideActivity(api) });
  return true;
}

/** Of a kind that exists and can be here. Editors and terminals of another sandbox stay with it. */
function fits(params: unknown, sandbox: Sandbox): boolean {
  const parsed = PanelParams.safeParse(params);
  if (!parsed.success || !Object.hasOwn(panes, parsed.data.kind)) return false;
  if (parsed.data.kind === 'screen' && !hasScreen(sandbox)) return false;
  return parsed.data.sandbox === undefined || parsed.data.sandbox === sandbox.id;
}

function besideActivity(api: DockviewApi): Place {
  const peer = api.getPanel('activity') ?? api.panels[0];
  return peer === undefined ? {} : { position: { referencePanel: peer.id } };
}

/** Files and Changes, with how many, side by side. */
const FILES_PX = 264;
const ACTIVITY_PX = 348;
/** In a review one reads: a line of a call fits. */
const REVIEW_PX = 440;
const TERMINALS_PX = 280;
const MACHINE_PX = 400;

export function buildLayout(api: DockviewApi, shape: Shape, sandbox: Sandbox, preset: Preset): void {
  if (preset === 'review' && shape === 'wide') buildReview(api, sandbox);
  else if (shape === 'wide') buildColumns(api, sandbox);
  else buildRows(api, sandbox);
}

function buildRows(api: DockviewApi, sandbox: Sandbox): void {
  const top: FixedPane = hasScreen(sandbox) ? 'screen' : 'network';
  const bottom = possiblePanes(sandbox).filter((kind) => kind !== top);
  addFixed(api, top);
  const order = (
    ['activity', 'breakpoints', 'notes', 'files', 'changes', 'checkpoints', 'machine', 'network'] as const
  ).filter((kind) => bottom.includes(kind));
  addFixed(api, 'activity', { position: { referencePanel: top, direction: 'below' } });
  for (const kind of order.slice(1)) addFixed(api, kind, { position: { referencePanel: 'activity' }, inactive: true });
  api.getPanel('activity')?.api.setSize({ height: api.height * 0.46 });
  api.getPanel(top)?.api.setActive();
}

function buildColumns(api: DockviewApi, sandbox: Sandbox): void {
  const center: FixedPane = hasScreen(sandbox) ? 'screen' : 'network';
  addFixed(api, center);
  addFixed(api, 'files', { position: { referencePanel: center, direction: 'left' } });
  addFixed(api, 'changes', { position: { referencePanel: 'files' }, inactive: true });
  addFixed(api, 'machine', { position: { referencePanel: 'files', direction: 'below' } });
  addFixed(api, 'activity', { position: { referencePanel: center, direction: 'right' } });
  addFixed(api, 'breakpoints', { position: { referencePanel: 'activity' }, inactive: true });
  addFixed(api, 'notes', { position: { referencePanel: 'activity' }, inactive: true });
  addFixed(api, 'checkpoints', { position: { referencePanel: 'activity' }, inactive: true });
  if (center === 'screen') addFixed(api, 'network', { position: { referencePanel: center, direction: 'below' } });
  // Sizes come last: each new neighbour takes its room from those already there.
  api.getPanel('files')?.api.setSize({ width: FILES_PX });
  api.getPanel('activity')?.api.setSize({ width: ACTIVITY_PX });
  api.getPanel('machine')?.api.setSize({ height: Math.min(MACHINE_PX, api.height * 0.45) });
  if (center === 'screen') api.getPanel('network')?.api.setSize({ height: Math.min(TERMINALS_PX, api.height * 0.34) });
  api.getPanel(center)?.api.setActive();
}

function buildReview(api: DockviewApi, sandbox: Sandbox): void {
  const center: FixedPane = hasScreen(sandbox) ? 'screen' : 'network';
  addFixed(api, center);
  addFixed(api, 'activity', { position: { referencePanel: center, direction: 'left' } });
  addFixed(api, 'notes', { position: { referencePanel: 'activity' }, inactive: true });
  addFixed(api, 'checkpoints', { position: { referencePanel: 'activity', direction: 'below' } });
  addFixed(api, 'files', { position: { referencePanel: center, direction: 'right' } });
  addFixed(api, 'changes', { position: { referencePanel: 'files' }, inactive: true });
  if (center === 'screen') addFixed(api, 'network', { position: { referencePanel: center, direction: 'below' } });
  addFixed(api, 'breakpoints', { position: { referencePanel: 'checkpoints' }, inactive: true });
  addFixed(api, 'machine', { position: { referencePanel: 'checkpoints' }, inactive: true });
  api.getPanel('activity')?.api.setSize({ width: REVIEW_PX });
  api.getPanel('files')?.api.setSize({ width: FILES_PX });
  api.getPanel('checkpoints')?.api.setSize({ height: api.height * 0.3 });
  if (center === 'screen') api.getPanel('network')?.api.setSize({ height: Math.min(TERMINALS_PX, api.height * 0.28) });
  api.getPanel(center)?.api.setActive();
}

interface Place {
  readonly position?: AddPanelPositionOptions;
  readonly inactive?: boolean;
}

export function addFixed(api: DockviewApi, kind: FixedPane, place: Place = {}): void {
  api.addPanel({ id: kind, component: 'pane', title: titles[kind], params: { kind } satisfies PanelParams, ...place });
}

/** Beside its kind: terminals with terminals or the network log, editors with editors or the screen. */
export function addTerminal(
  api: DockviewApi,
  sandbox: SandboxId,
  terminal: { id: TerminalId; name: string },
  { inactive = false, position }: Place = {},
): void {
  const id = `terminal:${terminal.id}`;
  const beside =
    api.panels.findLast((panel) => panel.id.startsWith('terminal:')) ??
    api.getPanel('network') ??
    api.getPanel('activity');
  api.addPanel({
    id,
    component: 'pane',
    title: terminal.name,
    params: { kind: 'terminal', sandbox, params: { terminal: terminal.id } } satisfies PanelParams,
    inactive,
    ...(position !== undefined
      ? { position }
      : beside === undefined
        ? {}
        : { position: { referencePanel: beside.id, index: terminalIndex(api, beside.id) } }),
  });
}

/** After the last terminal, else before the network log, else after the activity. */
function terminalIndex(api: DockviewApi, beside: string): number {
  const panels = api.getPanel(beside)?.group.panels ?? [];
  const last = panels.findLastIndex((panel) => panel.id.startsWith('terminal:'));
  if (last >= 0) return last + 1;
  const network = panels.findIndex((panel) => panel.id === 'network');
  return network >= 0 ? network : panels.findIndex((panel) => panel.id === 'activity') + 1;
}

/** With the others, else where the screen is, else above the terminals. */
function placeOfEditors(api: DockviewApi): AddPanelPositionOptions | undefined {
  const peer = api.panels.find((panel) => /^(editor|diff):/.test(panel.id)) ?? api.getPanel('screen');
  if (peer !== undefined) return { referencePanel: peer.id };
  const terminals = api.panels.find((panel) => panel.id.startsWith('terminal:')) ?? api.getPanel('network');
  return terminals && { referencePanel: terminals.id, direction: 'above' };
}

/** A file beside what it was: where editors are. The same file against the same base is shown once. */
export function addDiff(api: DockviewApi, sandbox: SandboxId, params: DiffParams): void {
  const id = `diff:${params.since}:${params.path}`;
  const open = api.getPanel(id);
  if (open !== undefined) {
    open.api.setActive();
    return;
  }
  const position = placeOfEditors(api);
  api.addPanel({
    id,
    component: 'pane',
    title: `Diff ${params.path.split('/').at(-1) ?? params.path}`,
    params: { kind: 'diff', sandbox, params: { ...params } } satisfies PanelParams,
    ...(position === undefined ? {} : { position }),
  });
}

export function addEditor(api: DockviewApi, sandbox: SandboxId, path: string, line: number | undefined): void {
  const id = `editor:${path}`;
  const open = api.getPanel(id);
  if (open !== undefined) {
    open.api.updateParameters({ kind: 'editor', sandbox, params: { path, line } });
    open.api.setActive();
    return;
  }
  const position = placeOfEditors(api);
  api.addPanel({
    id,
    component: 'pane',
    title: path.split('/').at(-1) ?? path,
    params: {
      kind: 'editor',
      sandbox,
      params: { path, ...(line === undefined ? {} : { line }) },
    } satisfies PanelParams,
    ...(position === undefined ? {} : { position }),
  });
}

/** From one shape to another: the person's layout of that shape, with the editors and terminals that are open now. */
export function reshapeLayout(api: DockviewApi, shape: Shape, sandbox: Sandbox, preset: Preset): void {
  const before = api.panels.map((panel) => ({ id: panel.id, title: panel.title ?? '' }));
  const active = api.activePanel?.id;
  api.clear();
  if (!restoreLayout(api, shape, sandbox, preset)) buildLayout(api, shape, sandbox, preset);
  for (const { id, title } of before) {
    if (api.getPanel(id) !== undefined) continue;
    if (id.startsWith('editor:')) addEditor(api, sandbox.id, id.slice('editor:'.length), undefined);
    if (id.startsWith('terminal:'))
      addTerminal(api, sandbox.id, { id: id.slice('terminal:'.length) as TerminalId, name: title }, { inactive: true });
  }
  if (active !== undefined) api.getPanel(active)?.api.setActive();
}
