import { Button } from '@sandglass/ui';
import { useState } from 'react';
import { newVersion } from '../../platform/newVersion.ts';
import { useStore } from '../../platform/store.ts';
import { reloadToNewVersion } from '../../platform/worker.ts';

/** The server has a newer console. Nothing happens until the person says so; the browser asks first where something is not saved. */
export function NewVersionStrip() {
  const version = useStore(newVersion);
  const [later, setLater] = useState(false);
  if (version === 'current' || later) return null;
  return (
    <div className="frame-strip frame-strip-version" role="status">
      <span>
        <b>A new version is ready.</b> This page goes on with the old one until you reload it.
      </span>
      <Button size="small" tone="primary" onClick={reloadToNewVersion}>
        Reload
      </Button>
      <Button size="small" tone="quiet" onClick={() => setLater(true)}>
        Later
      </Button>
    </div>
  );
}
