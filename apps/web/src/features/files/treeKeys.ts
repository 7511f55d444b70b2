import { type EntryRow, isDirectory, type TreeRow } from './treeRows.ts';

export type TreeAct =
  | { readonly type: 'select'; readonly path: string; readonly how: 'only' | 'range' | 'focus' }
  | { readonly type: 'open' | 'close' | 'show' | 'rename' | 'toggle'; readonly path: string }
  | { readonly type: 'trash' | 'remove' | 'all' | 'undo' | 'cut' | 'paste' | 'copyPath' | 'clear' | 'menu' | 'none' }
  | { readonly type: 'filter'; readonly text: string };

export interface TreeKey {
  readonly key: string;
  readonly shift: boolean;
  /** Control, or ⌘ on a Mac. */
  readonly mod: boolean;
}

const none: TreeAct = { type: 'none' };
/** Rows of one page, when a page is turned by key. */
const PAGE_ROWS = 20;

/**
 * What a key means in the tree (the ARIA practice for a tree of many): arrows walk, open and close, with Shift they choose a
 * stretch, with Control they move alone; Control Space chooses one more. Letters filter.
 */
export function treeKey({ key, shift, mod }: TreeKey, rows: readonly TreeRow[], focus: string | null): TreeAct {
  const entries = rows.filter((row): row is EntryRow => row.kind === 'entry');
  const at = entries.findIndex((row) => row.path === focus);
  const current = entries[at];
  const how = shift ? 'range' : mod ? 'focus' : 'only';
  const select = (row: EntryRow | undefined): TreeAct =>
    row === undefined ? none : { type: 'select', path: row.path, how };
  if (mod) {
    const act = ({ a: 'all', z: 'undo', x: 'cut', v: 'paste', c: 'copyPath' } as const)[key.toLowerCase()];
    if (act !== undefined) return { type: act };
  }
  if (key === 'Escape') return { type: 'clear' };
  if (current === undefined)
    return ['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(key) ? select(entries[0]) : letters(key, mod);
  switch (key) {
    case 'ArrowDown':
      return select(entries[at + 1]);
    case 'ArrowUp':
      return select(entries[at - 1]);
    case 'PageDown':
      return select(entries[Math.min(entries.length - 1, at + PAGE_ROWS)]);
    case 'PageUp':
      return select(entries[Math.max(0, at - PAGE_ROWS)]);
    case 'Home':
      return select(entries[0]);
    case 'End':
      return select(entries.at(-1));
    case 'ArrowRight':
      if (!isDirectory(current.entry)) return none;
      return current.open ? select(entries[at + 1]) : { type: 'open', path: current.path };
    case 'ArrowLeft':
      if (current.open) return { type: 'close', path: current.path };
      return select(entries.slice(0, at).findLast((row) => row.depth < current.depth));
    case 'Enter':
    case ' ':
      if (mod) return { type: 'toggle', path: current.path };
      if (!isDirectory(current.entry)) return { type: 'show', path: current.path };
      return { type: current.open ? 'close' : 'open', path: current.path };
    case 'F2':
      return { type: 'rename', path: current.path };
    case 'Delete':
      return { type: shift ? 'remove' : 'trash' };
    case 'F10':
      return shift ? { type: 'menu' } : none;
    case 'ContextMenu':
      return { type: 'menu' };
    default:
      return letters(key, mod);
  }
}

const letters = (key: string, mod: boolean): TreeAct =>
  key.length === 1 && !mod && key !== ' ' ? { type: 'filter', text: key === '/' ? '' : key } : none;
