import { type DragEvent, useState } from 'react';
import { isFileDrag, isOwnDrag, readOwnDrag } from './dragging.ts';
import { readDropped } from './droppedFiles.ts';
import { directoryFor } from './fileTreeModel.ts';
import type { Files } from './useFileTree.ts';
import type { TreeActs } from './useTreeActs.ts';

/**
 * Files of the person's computer are uploaded where they are dropped, those of the tree moved there. `dropping`: that folder, while
 * they are held over it. An extra: the menu's upload, cut and move do the same by key.
 */
export function useFileDrop({ tree, uploads }: Files, acts: TreeActs, { mayChange }: { mayChange: boolean }) {
  const [dropping, setDropping] = useState<string | null>(null);
  const targetOf = (event: DragEvent): string =>
    directoryFor(tree, (event.target as Element).closest('[data-path]')?.getAttribute('data-path') ?? null);
  return {
    dropping,
    onDragOver: (event: DragEvent) => {
      if (!mayChange || !(isFileDrag(event.dataTransfer) || isOwnDrag(event.dataTransfer))) return;
      event.preventDefault();
      setDropping(targetOf(event));
    },
    onDragLeave: (event: DragEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(null);
    },
    onDrop: (event: DragEvent) => {
      if (dropping === null) return;
      event.preventDefault();
      setDropping(null);
      const directory = targetOf(event);
      if (isOwnDrag(event.dataTransfer)) acts.move(readOwnDrag(event.dataTransfer), directory);
      else void readDropped(event.dataTransfer).then((items) => uploads.start(directory, items));
    },
  };
}
