/** What was open in the tree of a sandbox survives a reload. */
import type { SandboxId } from '@sandglass/protocol';
import { z } from 'zod';
import type { FileTreeModel } from './fileTreeModel.ts';
import type { SelectionModel } from './selectionModel.ts';

const Kept = z.object({
  root: z.string(),
  expanded: z.array(z.string()).max(500),
  selected: z.string().nullable(),
  hidden: z.boolean().default(false),
});

const keyOf = (sandbox: SandboxId) => `sandglass.files.${sandbox}`;

export function readKept(sandbox: SandboxId): z.infer<typeof Kept> {
  try {
    const parsed = Kept.safeParse(JSON.parse(sessionStorage.getItem(keyOf(sandbox)) ?? 'null'));
    if (parsed.success) return parsed.data;
  } catch {
    // No storage: the tree starts closed.
  }
  return { root: '.', expanded: [], selected: null, hidden: false };
}

export function writeKept(sandbox: SandboxId, tree: FileTreeModel, selection: SelectionModel): void {
  try {
    const { root, expanded, hidden } = tree.state;
    const kept = { root, expanded: [...expanded].slice(0, 500), selected: selection.state.focus, hidden };
    sessionStorage.setItem(keyOf(sandbox), JSON.stringify(kept));
  } catch {
    // Full or forbidden: only convenience is lost.
  }
}
