import { Button } from '@sandglass/ui';
import { useState } from 'react';
import { newVersion, reloadToNewVersion } from '../../platform/newVersion.ts';
import { useStore } from '../../platform/store.ts';

/**
 * The server has a newer console, or a part of this one could not be had. Nothing happens until the person says so; the
 * browser asks first where something is not saved. Put off, it comes back when the next part is missing.
 */
export function NewVersionStrip() {
  const { newer, misses } = useStore(newVersion);
  const [laterAt, setLaterAt] = useState<number>();
  if ((!newer && misses === 0) || laterAt === misses) return null;
  return (
    <div className="frame-strip frame-strip-version" role="status">
      <span>
        <b>{newer ? (misses === 0 ? 'A new version is ready.' : 'Sandglass was updated.') : 'A part is missing.'}</b>{' '}
        {misses === 0
          ? 'This page goes on with the old one until you reload it.'
          : newer
            ? 'What you opened is not in this page any more. Reload it; unsaved text is kept.'
            : 'What you opened could not be loaded. Reload once the server answers; unsaved text is kept.'}
      </span>
      <Button size="small" tone="primary" onClick={reloadToNewVersion}>
        Reload
      </Button>
      <Button size="small" tone="quiet" onClick={() => setLaterAt(misses)}>
        Later
      </Button>
    </div>
  );
}
