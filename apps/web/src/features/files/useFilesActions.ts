import { usePane } from '../../platform/pane.ts';
import { useActions } from '../../platform/useAction.ts';
import type { Files } from './useFileTree.ts';
import type { TreeActs } from './useTreeActs.ts';

interface FilesActionsOptions {
  /** Why nothing can be changed. */
  readonly blocked: string | undefined;
  readonly onFilter: () => void;
  readonly onUpload: () => void;
  /** Absent while nobody can look into it. */
  readonly onTrash: (() => void) | undefined;
}

/** What can be done to files from the palette, while their pane is seen. */
export function useFilesActions(
  { tree, operations }: Files,
  acts: TreeActs,
  { blocked, onFilter, onUpload, onTrash }: FilesActionsOptions,
): void {
  const { visible } = usePane();
  useActions([
    {
      id: 'files.newFile',
      title: 'New file',
      group: 'Files',
      when: visible,
      blocked,
      run: () => acts.create('newFile'),
    },
    {
      id: 'files.newFolder',
      title: 'New folder',
      group: 'Files',
      when: visible,
      blocked,
      run: () => acts.create('newFolder'),
    },
    {
      id: 'files.upload',
      title: 'Upload files',
      group: 'Files',
      when: visible,
      blocked,
      run: onUpload,
    },
    {
      id: 'files.undo',
      title: 'Undo in files',
      group: 'Files',
      when: visible && operations.canUndo,
      blocked,
      run: () => void acts.undo(),
    },
    {
      id: 'files.trash',
      title: 'Trash…',
      group: 'Files',
      hint: 'What was deleted, and the way back',
      keywords: 'deleted removed restore undelete bin',
      when: visible && onTrash !== undefined,
      run: () => onTrash?.(),
    },
    { id: 'files.filter', title: 'Filter files by name', group: 'Files', when: visible, run: onFilter },
    {
      id: 'files.hidden',
      title: 'Show or leave out hidden files',
      group: 'Files',
      when: visible,
      run: () => tree.showHidden(!tree.state.hidden),
    },
  ]);
}
