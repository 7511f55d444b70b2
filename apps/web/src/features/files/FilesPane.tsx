import { EmptyState } from '@sandglass/ui';
import { FolderX } from 'lucide-react';
import { lazy, useEffect, useMemo, useRef, useState } from 'react';
import { LazyPart } from '../../platform/LazyPart.tsx';
import { PaneContext, type PaneProps, usePane } from '../../platform/pane.ts';
import { useIsPast } from '../../platform/playhead.ts';
import { useReveal } from '../../platform/reveal.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { isAwake, isEnded } from '../../platform/status.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { DownloadStrip, OperationStrip, TreeQuestion, UploadStrip } from './FileStrips.tsx';
import { FilesBar } from './FilesBar.tsx';
import { FileTree } from './FileTree.tsx';
import PastFilesPane, { type Revealed } from './PastFilesPane.tsx';
import { useFileDrop } from './useFileDrop.ts';
import { useFilesActions } from './useFilesActions.ts';
import { useFileTree } from './useFileTree.ts';
import { useTreeActs } from './useTreeActs.ts';
import './files.css';

const TrashDialog = lazy(() => import('./TrashDialog.tsx'));

/** The files of a sandbox, as they are or as they were. The present stays in place under the past: uploads go on. */
export default function FilesPane({ sandbox, params }: PaneProps) {
  const isPast = useIsPast();
  const pane = usePane();
  const [revealed, setRevealed] = useState<Revealed | null>(null);
  useReveal(sandbox, (path) => setRevealed({ path }));
  const covered = useMemo(() => ({ ...pane, visible: pane.visible && !isPast }), [pane, isPast]);
  return (
    <>
      <div className="files-present" hidden={isPast}>
        <PaneContext value={covered}>
          <PresentFiles sandbox={sandbox} params={params} revealed={revealed} />
        </PaneContext>
      </div>
      {isPast ? <PastFilesPane sandbox={sandbox} revealed={revealed} /> : null}
    </>
  );
}

/** A tree that follows the log, and what a person does to files. */
function PresentFiles({ sandbox, revealed }: PaneProps & { readonly revealed: Revealed | null }) {
  const files = useFileTree(sandbox);
  const { tree, selection, operations, uploads, downloads } = files;
  const resource = useSandbox(sandbox);
  const mayOperate = useMayOperate(resource);
  const mayChange = mayOperate && resource !== undefined && isAwake(resource);
  const awake = resource !== undefined && isAwake(resource);
  // What could not be read while it stood still is read when it goes on.
  useEffect(() => {
    if (awake && tree.state.listings.get(tree.state.root)?.phase === 'failed') tree.start();
  }, [awake, tree]);
  const acts = useTreeActs(files, mayChange);
  const [filter, setFilter] = useState<string | null>(null);
  const [trash, setTrash] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const pane = useRef<HTMLDivElement>(null);
  const focusTree = () => pane.current?.querySelector<HTMLElement>('[role=tree]')?.focus();
  const reveal = useRef((_path: string) => {});
  reveal.current = (path) => {
    setFilter(null);
    tree.reveal(path);
    selection.select(path, 'only', []);
    focusTree();
  };
  useEffect(() => {
    if (revealed !== null) reveal.current(revealed.path);
  }, [revealed]);
  useFilesActions(files, acts, {
    blocked: mayOperate ? (mayChange ? undefined : 'The sandbox stands still') : 'Your token may only watch',
    onFilter: () => setFilter(''),
    onUpload: () => picker.current?.click(),
    onTrash: awake ? () => setTrash(true) : undefined,
  });
  const { dropping, ...drop } = useFileDrop(files, acts, { mayChange });
  if (resource !== undefined && isEnded(resource)) {
    return (
      <EmptyState icon={<FolderX />} title="The files went with the sandbox">
        Its checkpoints hold them: fork one to look at them again.
      </EmptyState>
    );
  }
  return (
    <div ref={pane} className="files-pane" data-dropping={dropping ?? undefined} {...drop}>
      <FilesBar
        files={files}
        acts={acts}
        mayChange={mayChange}
        filter={filter}
        onFilter={setFilter}
        onLeaveFilter={focusTree}
        picker={picker}
        onTrash={awake ? () => setTrash(true) : undefined}
      />
      <FileTree
        files={files}
        acts={acts}
        sandbox={sandbox}
        mayChange={mayChange}
        filter={filter ?? ''}
        onFilter={setFilter}
        onUpload={() => picker.current?.click()}
      />
      {dropping === null ? null : (
        <div className="files-drop" aria-hidden="true">
          Drop into {dropping}
        </div>
      )}
      <OperationStrip operations={operations} acts={acts} />
      <UploadStrip uploads={uploads} />
      <DownloadStrip downloads={downloads} />
      <TreeQuestion acts={acts} />
      {trash ? (
        <LazyPart>
          <TrashDialog
            sandbox={sandbox}
            mayChange={mayChange}
            onBack={(paths) => {
              tree.reloadAll();
              if (paths[0] !== undefined) selection.select(paths[0], 'only', []);
            }}
            onClose={() => setTrash(false)}
          />
        </LazyPart>
      ) : null}
    </div>
  );
}
