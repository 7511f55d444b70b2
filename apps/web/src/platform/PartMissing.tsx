import { Button, EmptyState, ErrorState } from '@sandglass/ui';
import { RefreshCw } from 'lucide-react';
import { useEffect } from 'react';
import { newVersion, reloadToNewVersion } from './newVersion.ts';
import { useStore } from './store.ts';

/** In place of a part whose file could not be had: nearly always because the server was updated under an open page. */
export function PartMissing() {
  const { newer } = useStore(newVersion);
  useEffect(() => void newVersion.check(), []);
  const reload = (
    <Button tone="primary" onClick={reloadToNewVersion}>
      Reload
    </Button>
  );
  return newer ? (
    <EmptyState icon={<RefreshCw />} title="Sandglass was updated" action={reload}>
      This page is of the version before, and this part of it is gone. Reload to go on: unsaved text of your editors is
      kept, and the sandbox runs on.
    </EmptyState>
  ) : (
    <ErrorState title="This part could not be loaded" action={reload}>
      The server did not send it; everything else on this page goes on. Reload once the server answers: unsaved text of
      your editors is kept.
    </ErrorState>
  );
}
