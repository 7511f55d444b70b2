import type { Sandbox } from '@sandglass/protocol';
import { useEffect } from 'react';
import { z } from 'zod';
import { useSandboxes } from '../../platform/sandboxes.ts';
import { readPreference, writePreference } from '../../platform/storage.ts';

const KEY = 'lastSandbox';

/** The sandbox on show, or the one that was last, as long as it exists. */
export function useLastSandbox(path: string): Sandbox | undefined {
  const shown = /^\/s\/([^/]+)/.exec(path)?.[1];
  const all = useSandboxes().data;
  useEffect(() => {
    if (shown !== undefined) writePreference(KEY, shown);
  }, [shown]);
  const wanted = shown ?? readPreference(KEY, z.string());
  return all?.find((sandbox) => sandbox.id === wanted);
}
