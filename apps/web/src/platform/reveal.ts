/** “Show in Files”, from wherever a path is shown: the workbench shows the pane, the pane takes the path. */
import type { SandboxId } from '@sandglass/protocol';
import { useEffect, useRef } from 'react';

type Listener = (path: string) => void;

const listeners = new Map<SandboxId, Set<Listener>>();
/** Asked for before the pane was there. */
const waiting = new Map<SandboxId, string>();

export function reveal(sandbox: SandboxId, path: string): void {
  const here = listeners.get(sandbox);
  if (here === undefined || here.size === 0) waiting.set(sandbox, path);
  else for (const listener of here) listener(path);
}

/** `listens`: false while something else shows the same files. */
export function useReveal(sandbox: SandboxId, onReveal: Listener, listens = true): void {
  const current = useRef(onReveal);
  current.current = onReveal;
  useEffect(() => {
    if (!listens) return;
    const listener: Listener = (path) => current.current(path);
    const all = listeners.get(sandbox) ?? new Set();
    listeners.set(sandbox, all.add(listener));
    const early = waiting.get(sandbox);
    waiting.delete(sandbox);
    if (early !== undefined) listener(early);
    return () => void all.delete(listener);
  }, [sandbox, listens]);
}
