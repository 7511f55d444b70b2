import type { SandboxId } from '@sandglass/protocol';
import { useEffect, useState } from 'react';
import { useClient, useIsOffline } from '../../platform/client.tsx';
import { describeFailure } from '../../platform/errors.ts';
import { usePlayhead } from '../../platform/playhead.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { isEnded } from '../../platform/status.ts';
import { restoreVersion, type Undo } from './restoreVersion.ts';
import { shownPath } from './shownPath.ts';
import { useReadOnly } from './useReadOnly.ts';

type State =
  | { readonly phase: 'idle' | 'busy' }
  | { readonly phase: 'restored'; readonly text: string; readonly undo: Undo }
  | { readonly phase: 'done' | 'failed'; readonly text: string };

export interface Restoring {
  readonly state: State;
  /** There is a machine to bring it back to. */
  readonly offered: boolean;
  /** Why it cannot be brought back now. */
  readonly blocked: string | null;
  restore(version: Parameters<typeof restoreVersion>[2]): Promise<void>;
  undo(): Promise<void>;
  goLive(): void;
}

/** Brings versions of one file back, and takes that back. */
export function useRestore(sandbox: SandboxId, path: string): Restoring {
  const client = useClient();
  const offline = useIsOffline();
  const playhead = usePlayhead();
  const resource = useSandbox(sandbox);
  const blocked = useReadOnly(sandbox);
  const [state, setState] = useState<State>({ phase: 'idle' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another file, another story
  useEffect(() => setState({ phase: 'idle' }), [path]);
  const run = async (act: () => Promise<State>) => {
    setState({ phase: 'busy' });
    try {
      setState(await act());
    } catch (error) {
      setState({ phase: 'failed', text: `Nothing was changed: ${describeFailure(error).detail}` });
    }
  };
  const name = shownPath(path.slice(path.lastIndexOf('/') + 1));
  return {
    state,
    offered: !offline && resource !== undefined && !isEnded(resource),
    blocked,
    restore: (version) =>
      run(async () => {
        const undo = await restoreVersion(client, sandbox, version);
        return { phase: 'restored', text: `${name} is again what it was then.`, undo };
      }),
    undo: () =>
      run(async () => {
        if (state.phase === 'restored') await state.undo();
        return { phase: 'done', text: `Taken back: ${name} is what it was before.` };
      }),
    goLive: () => playhead.goLive(),
  };
}
