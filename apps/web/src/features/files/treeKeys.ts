import { isDirectory, type TreeRow } from './fileTreeModel.ts';

type EntryRow = Extract<TreeRow, { kind: 'entry' }>;

export type TreeAct =
  | { readonly type: 'select' | 'open' | 'close' | 'show' | 'rename' | 'remove'; readonly path: string }
  | { readonly type: 'none' };

const none: TreeAct = { type: 'none' };

/** What a key means in a tree (the ARIA practice): arrows walk, open and close; a letter goes to the next name that starts so. */
export function treeKey(key: string, rows: readonly TreeRow[], selected: string | null): TreeAct {
  const entries = rows.filter((row): row is EntryRow => row.kind === 'entry');
  const at = entries.findIndex((row) => row.path === selected);
  const select = (row: EntryRow | undefined): TreeAct =>
    row === undefined ? none : { type: 'select', path: row.path };
  const current = entries[at];
  if (current === undefined) return ['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(key) ? select(entries[0]) : none;
  const act = (type: 'open' | 'close' | 'show' | 'rename' | 'remove'): TreeAct => ({ type, path: current.path });
  switch (key) {
    case 'ArrowDown':
      return select(entries[at + 1]);
    case 'ArrowUp':
      return select(entries[at - 1]);
    case 'Home':
      return select(entries[0]);
    case 'End':
      return select(entries.at(-1));
    case 'ArrowRight':
      if (!isDirectory(current.entry)) return none;
      return current.open ? select(entries[at + 1]) : act('open');
    case 'ArrowLeft':
      if (current.open) return act('close');
      return select(entries.slice(0, at).findLast((row) => row.depth < current.depth));
    case 'Enter':
    case ' ':
      if (!isDirectory(current.entry)) return act('show');
      return act(current.open ? 'close' : 'open');
    case 'F2':
      return act('rename');
    case 'Delete':
      return act('remove');
    default:
      return key.length === 1 ? select(findByLetter(entries, at, key)) : none;
  }
}

function findByLetter(entries: readonly EntryRow[], at: number, letter: string): EntryRow | undefined {
  const later = [...entries.slice(at + 1), ...entries.slice(0, at + 1)];
  return later.find((row) => row.entry.name.toLowerCase().startsWith(letter.toLowerCase()));
}
