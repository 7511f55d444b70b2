import { IconButton, Menu, MenuItem, MenuSeparator } from '@sandglass/ui';
import { Download, Ellipsis, FilePlus, FolderPlus, FolderUp, RefreshCw, Trash2, Upload } from 'lucide-react';
import { type RefObject, useRef } from 'react';
import { shownName } from '../../platform/shownName.ts';
import { useStore } from '../../platform/store.ts';
import { readPicked } from './droppedFiles.ts';
import { FilterField } from './FilterField.tsx';
import { TreeMenuItems } from './TreeMenuItems.tsx';
import type { Files } from './useFileTree.ts';
import type { TreeActs } from './useTreeActs.ts';

interface FilesBarProps {
  readonly files: Files;
  readonly acts: TreeActs;
  readonly mayChange: boolean;
  /** Null: the field is not shown. */
  readonly filter: string | null;
  readonly onFilter: (text: string | null) => void;
  readonly onLeaveFilter: () => void;
  readonly picker: RefObject<HTMLInputElement | null>;
  /** Absent while nobody can look into it. */
  readonly onTrash: (() => void) | undefined;
}

/** Where the tree starts, what of it is shown, and what can be put into it. */
export function FilesBar({ files, acts, mayChange, filter, onFilter, onLeaveFilter, picker, onTrash }: FilesBarProps) {
  const { tree, uploads } = files;
  const { root } = useStore(tree);
  const folder = useRef<HTMLInputElement>(null);
  const send = (input: HTMLInputElement) => {
    if (input.files !== null) void uploads.start(acts.target(), readPicked(input.files));
    input.value = '';
  };
  const whole = root === '/';
  return (
    <header className="files-bar">
      <FilterField
        filter={filter}
        onFilter={onFilter}
        onLeave={onLeaveFilter}
        root={shownName(root)}
        rootName={whole ? 'Whole machine' : shownName(root === '.' ? 'Home' : root)}
      />
      {mayChange ? (
        <>
          <IconButton size="small" label="New file" onClick={() => acts.create('newFile')}>
            <FilePlus size={14} />
          </IconButton>
          <IconButton size="small" label="New folder" onClick={() => acts.create('newFolder')}>
            <FolderPlus size={14} />
          </IconButton>
        </>
      ) : null}
      <Menu
        align="end"
        trigger={
          <IconButton size="small" label="More">
            <Ellipsis size={14} />
          </IconButton>
        }
      >
        {mayChange ? (
          <>
            <MenuItem icon={<Upload size={13} />} onSelect={() => picker.current?.click()}>
              Upload files…
            </MenuItem>
            <MenuItem icon={<FolderUp size={13} />} onSelect={() => folder.current?.click()}>
              Upload a folder…
            </MenuItem>
          </>
        ) : null}
        <MenuItem icon={<Download size={13} />} onSelect={() => acts.download([root])}>
          Download all as tar
        </MenuItem>
        <MenuSeparator />
        <TreeMenuItems tree={tree} />
        <MenuItem icon={<Trash2 size={13} />} disabled={onTrash === undefined} onSelect={() => onTrash?.()}>
          Trash…
        </MenuItem>
        <MenuItem icon={<RefreshCw size={13} />} onSelect={() => tree.reloadAll()}>
          Read again
        </MenuItem>
      </Menu>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={(event) => send(event.currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label="Folder to upload"
        {...{ webkitdirectory: '' }}
        onChange={(event) => send(event.currentTarget)}
      />
    </header>
  );
}
