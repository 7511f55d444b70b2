import type { SandboxId } from '@sandglass/protocol';
import { IconButton, Menu, MenuItem, MenuSeparator } from '@sandglass/ui';
import { Download, Ellipsis, FilePlus, FolderPlus, FolderUp, House, RefreshCw, Server, Upload } from 'lucide-react';
import { useRef } from 'react';
import { useClient } from '../../platform/client.tsx';
import { shownName } from '../../platform/shownName.ts';
import { useStore } from '../../platform/store.ts';
import { readPicked } from './droppedFiles.ts';
import type { FileQuestion } from './fileActions.ts';
import { download } from './fileActions.ts';
import { directoryFor, type FileTreeModel } from './fileTreeModel.ts';
import type { UploadModel } from './uploadModel.ts';

interface FilesBarProps {
  readonly tree: FileTreeModel;
  readonly uploads: UploadModel;
  readonly sandbox: SandboxId;
  readonly mayChange: boolean;
  readonly onAsk: (question: FileQuestion) => void;
}

/** Where the tree starts, and what can be put into it. */
export function FilesBar({ tree, uploads, sandbox, mayChange, onAsk }: FilesBarProps) {
  const state = useStore(tree);
  const client = useClient();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const target = () => directoryFor(state, state.selected);
  const send = (input: HTMLInputElement) => {
    if (input.files !== null) void uploads.start(target(), readPicked(input.files));
    input.value = '';
  };
  const whole = state.root === '/';
  return (
    <header className="files-bar">
      <bdi className="files-root" title={shownName(state.root)}>
        {whole ? 'Whole machine' : shownName(state.root === '.' ? 'Home' : state.root)}
      </bdi>
      {mayChange ? (
        <>
          <IconButton size="small" label="New file" onClick={() => onAsk({ kind: 'newFile', directory: target() })}>
            <FilePlus size={14} />
          </IconButton>
          <IconButton size="small" label="New folder" onClick={() => onAsk({ kind: 'newFolder', directory: target() })}>
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
            <MenuItem icon={<Upload size={13} />} onSelect={() => files.current?.click()}>
              Upload files…
            </MenuItem>
            <MenuItem icon={<FolderUp size={13} />} onSelect={() => folder.current?.click()}>
              Upload a folder…
            </MenuItem>
          </>
        ) : null}
        <MenuItem
          icon={<Download size={13} />}
          onSelect={() => download(client, sandbox, { path: state.root, kind: 'directory', targetKind: null })}
        >
          Download all as tar
        </MenuItem>
        <MenuSeparator />
        <MenuItem
          icon={whole ? <House size={13} /> : <Server size={13} />}
          onSelect={() => tree.setRoot(whole ? '.' : '/')}
        >
          {whole ? 'Show the home directory' : 'Show the whole machine'}
        </MenuItem>
        <MenuItem icon={<RefreshCw size={13} />} onSelect={() => tree.reloadAll()}>
          Read again
        </MenuItem>
      </Menu>
      <input ref={files} type="file" multiple hidden onChange={(event) => send(event.currentTarget)} />
      <input
        ref={folder}
        type="file"
        hidden
        {...{ webkitdirectory: '' }}
        onChange={(event) => send(event.currentTarget)}
      />
    </header>
  );
}
