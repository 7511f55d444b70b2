import { MenuItem, MenuSeparator } from '@sandglass/ui';
import {
  ClipboardPaste,
  Copy,
  Download,
  FilePlus,
  FolderPlus,
  Pencil,
  Scissors,
  SquareArrowOutUpRight,
  Trash2,
  Undo2,
  Upload,
} from 'lucide-react';
import { useStore } from '../../platform/store.ts';
import { isDirectory } from './treeRows.ts';
import type { Files } from './useFileTree.ts';
import type { TreeActs } from './useTreeActs.ts';

interface FileMenuProps {
  readonly files: Files;
  readonly acts: TreeActs;
  readonly mayChange: boolean;
  readonly onUpload: () => void;
}

/** What can be done with what is chosen: for the right click, and for the button of who has none. */
export function FileMenu({ files, acts, mayChange, onUpload }: FileMenuProps) {
  const { focus } = useStore(files.selection);
  const paths = acts.chosen();
  const [only] = paths.length === 1 ? paths : [];
  const entry = only === undefined ? undefined : files.tree.find(only);
  const many = paths.length > 1 ? ` ${paths.length} items` : '';
  return (
    <>
      {entry === undefined || isDirectory(entry) ? null : (
        <MenuItem icon={<SquareArrowOutUpRight size={13} />} shortcut="Enter" onSelect={() => acts.show(entry.path)}>
          Open
        </MenuItem>
      )}
      {mayChange ? (
        <>
          <MenuItem icon={<FilePlus size={13} />} onSelect={() => acts.create('newFile')}>
            New file
          </MenuItem>
          <MenuItem icon={<FolderPlus size={13} />} onSelect={() => acts.create('newFolder')}>
            New folder
          </MenuItem>
          <MenuItem icon={<Upload size={13} />} onSelect={onUpload}>
            Upload here…
          </MenuItem>
          <MenuSeparator />
        </>
      ) : null}
      {paths.length === 0 ? null : (
        <>
          <MenuItem icon={<Download size={13} />} onSelect={() => acts.download()}>
            Download{many}
            {entry !== undefined && isDirectory(entry) ? ' as tar' : ''}
          </MenuItem>
          <MenuItem icon={<Copy size={13} />} shortcut="Ctrl+C" onSelect={() => acts.copyPath()}>
            Copy {paths.length > 1 ? 'paths' : 'path'}
          </MenuItem>
        </>
      )}
      {mayChange && paths.length > 0 ? (
        <>
          <MenuItem icon={<Scissors size={13} />} shortcut="Ctrl+X" onSelect={() => acts.cut()}>
            Cut{many}
          </MenuItem>
          {files.operations.cut.length === 0 ? null : (
            <MenuItem icon={<ClipboardPaste size={13} />} shortcut="Ctrl+V" onSelect={() => acts.paste()}>
              Move here
            </MenuItem>
          )}
          <MenuSeparator />
          {focus === null || only === undefined ? null : (
            <MenuItem icon={<Pencil size={13} />} shortcut="F2" onSelect={() => acts.rename(only)}>
              Rename
            </MenuItem>
          )}
          <MenuItem icon={<Trash2 size={13} />} shortcut="Del" onSelect={() => void acts.trash()}>
            Delete{many}
          </MenuItem>
          <MenuItem icon={<Trash2 size={13} />} shortcut="Shift+Del" tone="danger" onSelect={() => acts.remove()}>
            Delete{many} for good…
          </MenuItem>
        </>
      ) : null}
      {mayChange && files.operations.canUndo ? (
        <MenuItem icon={<Undo2 size={13} />} shortcut="Ctrl+Z" onSelect={() => void acts.undo()}>
          Undo
        </MenuItem>
      ) : null}
    </>
  );
}
