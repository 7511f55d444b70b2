import { EmptyState } from '@sandglass/ui';
import { FolderX } from 'lucide-react';
import { type DragEvent, useState } from 'react';
import { type PaneProps, usePaneActions } from '../../platform/pane.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { isAwake, isEnded } from '../../platform/status.ts';
import { useStore } from '../../platform/store.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { readDropped } from './droppedFiles.ts';
import { FileQuestions } from './FileQuestions.tsx';
import { FilesBar } from './FilesBar.tsx';
import { FileTree } from './FileTree.tsx';
import type { FileQuestion } from './fileActions.ts';
import { directoryFor } from './fileTreeModel.ts';
import { UploadStrip } from './UploadStrip.tsx';
import { useFileTree } from './useFileTree.ts';
import './files.css';

/** The files of a sandbox: a tree that follows the log, and what a person does to files. */
export default function FilesPane({ sandbox }: PaneProps) {
  const { tree, uploads } = useFileTree(sandbox);
  const state = useStore(tree);
  const resource = useSandbox(sandbox);
  const mayOperate = useMayOperate(resource);
  const { openFile } = usePaneActions();
  const [question, setQuestion] = useState<FileQuestion | null>(null);
  const [dropping, setDropping] = useState(false);
  const mayChange = mayOperate && resource !== undefined && isAwake(resource);
  if (resource !== undefined && isEnded(resource)) {
    return (
      <EmptyState icon={<FolderX />} title="The files went with the sandbox">
        Its checkpoints hold them: fork one to look at them again.
      </EmptyState>
    );
  }
  const handleDrop = (event: DragEvent) => {
    event.preventDefault();
    setDropping(false);
    const directory = directoryFor(
      state,
      (event.target as Element).closest('[data-path]')?.getAttribute('data-path') ?? null,
    );
    void readDropped(event.dataTransfer).then((items) => uploads.start(directory, items));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping files is an extra, the menu's upload does the same
    <div
      className="files-pane"
      data-dropping={dropping || undefined}
      onDragOver={(event) => {
        if (!mayChange || !event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(false);
      }}
      onDrop={mayChange ? handleDrop : undefined}
    >
      <FilesBar tree={tree} uploads={uploads} sandbox={sandbox} mayChange={mayChange} onAsk={setQuestion} />
      <FileTree
        tree={tree}
        sandbox={sandbox}
        mayChange={mayChange}
        onAsk={setQuestion}
        onShow={(path) => openFile(path)}
      />
      <UploadStrip uploads={uploads} />
      <FileQuestions
        question={question}
        sandbox={sandbox}
        onClose={() => setQuestion(null)}
        onDone={(path) => {
          setQuestion(null);
          if (path !== null) tree.reveal(path);
          tree.reloadAll();
        }}
      />
    </div>
  );
}
