import type { SandboxId } from '@sandglass/protocol';
import { useEffect, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { useRested } from '../../platform/useRested.ts';

/** Close moments show the same screen. */
const GRAIN_US = 100_000;

/** URL of the still that was showing at a moment; null while there is none to show. */
export function useStill(sandbox: SandboxId, atUs: number | null): string | null {
  const client = useClient();
  const wanted = atUs === null ? null : Math.floor(atUs / GRAIN_US) * GRAIN_US;
  const rested = useRested(wanted, 110) ?? null;
  const [shown, setShown] = useState<string | null>(null);
  useEffect(() => {
    if (rested === null) return;
    const abort = new AbortController();
    client.request('still', { params: { sandbox, atUs: rested }, signal: abort.signal }).then(
      (bytes) => {
        if (!abort.signal.aborted) setShown(URL.createObjectURL(new Blob([bytes as BlobPart], { type: 'image/jpeg' })));
      },
      () => {
        // Before the first picture there is none; the card says enough without.
        if (!abort.signal.aborted) setShown(null);
      },
    );
    return () => abort.abort();
  }, [client, sandbox, rested]);
  useEffect(() => {
    if (shown === null) return;
    return () => URL.revokeObjectURL(shown);
  }, [shown]);
  return atUs === null ? null : shown;
}
