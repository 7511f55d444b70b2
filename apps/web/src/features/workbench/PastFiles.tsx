import type { SandboxId } from '@sandglass/protocol';
import { EmptyState } from '@sandglass/ui';
import { FileClock } from 'lucide-react';
import { lazy, type ReactNode, useContext, useMemo, useState } from 'react';
import { LazyPart } from '../../platform/LazyPart.tsx';
import { PartMissing } from '../../platform/PartMissing.tsx';
import { type PaneActions, PaneActionsContext } from '../../platform/pane.ts';
import { reveal } from '../../platform/reveal.ts';
import './pastFiles.css';

const PastFilesPane = lazy(() => import('../files/PastFilesPane.tsx'));
const ChangesPane = lazy(() => import('../changes/ChangesPane.tsx'));
const PastEditor = lazy(() => import('../editor/PastEditor.tsx').then(({ PastEditor: pane }) => ({ default: pane })));

/** Files as they were beside the one that is chosen: where there is no workbench to open it in. */
export function PastFiles({ sandbox }: { sandbox: SandboxId }) {
  return <BesideOne sandbox={sandbox} list={<PastFilesPane sandbox={sandbox} />} />;
}

/** What had changed by then, beside the one that is chosen as it was. */
export function PastChanges({ sandbox }: { sandbox: SandboxId }) {
  return <BesideOne sandbox={sandbox} list={<ChangesPane sandbox={sandbox} params={{}} />} />;
}

function BesideOne({ sandbox, list }: { sandbox: SandboxId; list: ReactNode }) {
  const around = useContext(PaneActionsContext);
  const [path, setPath] = useState<string | null>(null);
  const actions = useMemo<PaneActions | null>(
    () =>
      around && {
        ...around,
        openFile: setPath,
        openDiff: (params) => setPath(params.path),
        revealFile: (at) => reveal(sandbox, at),
      },
    [around, sandbox],
  );
  return (
    <PaneActionsContext value={actions}>
      <div className="past-files">
        <div className="past-files-tree">
          <LazyPart missing={<PartMissing />}>{list}</LazyPart>
        </div>
        <div className="past-files-file">
          {path === null ? (
            <EmptyState icon={<FileClock size={18} />} title="Choose a file">
              It is shown as it was, and follows the playhead.
            </EmptyState>
          ) : (
            <LazyPart missing={<PartMissing />}>
              <PastEditor key={path} sandbox={sandbox} path={path} />
            </LazyPart>
          )}
        </div>
      </div>
    </PaneActionsContext>
  );
}
