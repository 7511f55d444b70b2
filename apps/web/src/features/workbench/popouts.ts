/** Panes in windows of their own: opened by dockview, dressed and heard by us, and put back into the dock after a reload. */
import type { DockviewApi, SerializedDockview } from 'dockview-react';
import { useEffect } from 'react';
import { actions } from '../../platform/actions.ts';
import { listenForShortcuts } from '../../platform/shortcuts.ts';

export const POPOUT_URL = '/popout.html';

/** @param onRefused the browser let no window open */
export function usePopouts(api: DockviewApi | undefined, title: string, onRefused: () => void): void {
  useEffect(() => {
    if (api === undefined) return;
    const dressed = new Map<string, () => void>();
    const dress = () => {
      const open = api.getPopouts();
      for (const { id, window: popout } of open) {
        if (dressed.has(id)) continue;
        dressed.set(id, dressLike(popout));
      }
      for (const [id, undress] of dressed) {
        if (open.some((each) => each.id === id)) continue;
        undress();
        dressed.delete(id);
      }
    };
    const watches = [
      api.onDidAddPopoutGroup(dress),
      api.onDidRemovePopoutGroup(dress),
      api.onDidOpenPopoutWindowFail(onRefused),
    ];
    return () => {
      for (const watch of watches) watch.dispose();
      for (const undress of dressed.values()) undress();
    };
  }, [api, onRefused]);
  useEffect(() => {
    for (const { window: popout } of api?.getPopouts() ?? []) popout.document.title = title;
  });
}

/** The theme as here, now and later; the same keys do the same things. */
function dressLike(popout: Window): () => void {
  const here = document.documentElement;
  popout.document.body.classList.add('bench-dock');
  const dress = () => {
    for (const name of ['theme', 'density', 'motion']) {
      const value = here.dataset[name];
      if (value !== undefined) popout.document.documentElement.dataset[name] = value;
    }
  };
  dress();
  const watch = new MutationObserver(dress);
  watch.observe(here, { attributes: true, attributeFilter: ['data-theme', 'data-density', 'data-motion'] });
  const deafen = listenForShortcuts(actions, popout);
  return () => {
    watch.disconnect();
    deafen();
  };
}

/** Only what is needed of dockview's own format. */
interface SavedGroup {
  id?: string;
  views?: string[];
  activeView?: string;
}
interface SavedNode {
  type: 'leaf' | 'branch';
  data: SavedGroup | SavedNode[];
  visible?: boolean;
}
interface SavedPopout {
  data?: SavedGroup;
  gridReferenceGroup?: string;
}

/**
 * A layout without windows: what stood in one stands where it came from, or in the first group when that is gone. Panels that
 * no group holds any more are left out, since dockview refuses such a layout as a whole.
 */
export function dockPoppedOut(saved: SerializedDockview): SerializedDockview {
  const layout = structuredClone(saved) as SerializedDockview & { popoutGroups?: SavedPopout[] };
  const leaves = leavesOf(layout.grid.root as unknown as SavedNode);
  for (const { data, gridReferenceGroup } of layout.popoutGroups ?? []) {
    const home = leaves.find((leaf) => (leaf.data as SavedGroup).id === gridReferenceGroup) ?? leaves[0];
    if (home === undefined || data?.views === undefined) continue;
    const group = home.data as SavedGroup;
    group.views = [...(group.views ?? []), ...data.views];
    if (data.activeView !== undefined) group.activeView = data.activeView;
    home.visible = true;
  }
  delete layout.popoutGroups;
  const held = new Set(leaves.flatMap((leaf) => (leaf.data as SavedGroup).views ?? []));
  layout.panels = Object.fromEntries(Object.entries(layout.panels).filter(([id]) => held.has(id)));
  return layout;
}

function leavesOf(node: SavedNode | undefined): SavedNode[] {
  if (node === undefined) return [];
  return node.type === 'leaf' ? [node] : (node.data as SavedNode[]).flatMap(leavesOf);
}
