import type { SandboxId } from '@sandglass/protocol';
import { EmptyState } from '@sandglass/ui';
import { FileClock } from 'lucide-react';
import { lazy, Suspense, useContext, useMemo, useState } from 'react';
import { type PaneActions, PaneActionsContext } from '../../platform/pane.ts';
import { reveal } from '../../platform/reveal.ts';
import './pastFiles.css';

const PastFilesPane = lazy(() => import('../files/PastFilesPane.tsx'));
const PastEditor = lazy(() => import('../editor/PastEditor.tsx').then(({ PastEditor: pane }) => ({ default: pane })));

/** Files as they were beside the one that is chosen: where there is no workbench to open it in. */
export function PastFiles({ sandbox }: { sandbox: SandboxId }) {
  const around = useContext(PaneActionsContext);
  const [path, setPath] = useState<string | null>(null);
  const actions = useMemo<PaneActions | null>(
    () => around && { ...around, openFile: setPath, revealFile: (at) => reveal(sandbox, at) },
    [around, sandbox],
  );
  return (
    <PaneActionsContext value={actions}>
      <div className="past-files">
        <div className="past-files-tree">
          <Suspense fallback={null}>
            <PastFilesPane sandbox={sandbox} />
          </Suspense>
        </div>
        <div className="past-files-file">
          {path === null ? (
            <EmptyState icon={<FileClock size={18} />} title="Choose a file">
              It is shown as it was, and follows the playhead.
            </EmptyState>
          ) : (
            <Suspense fallback={null}>
              <PastEditor key={path} sandbox={sandbox} path={path} />
            </Suspense>
          )}
        </div>
      </div>
    </PaneActionsContext>
  );
}
