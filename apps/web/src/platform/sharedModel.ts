/** One subscription a sandbox, however many views read it; it ends with the last of them. */
import type { Sandglass } from '@sandglass/client';
import type { SandboxId } from '@sandglass/protocol';
import { useEffect, useState } from 'react';
import { useStream } from './client.tsx';
import { type Store, useStore } from './store.ts';

type Stream = Pick<Sandglass['stream'], 'subscribe'>;

export interface Following {
  /** @returns stop */
  follow(stream: Stream, sandbox: SandboxId): () => void;
}

/** @returns a hook that reads the model of a sandbox */
export function sharedModel<State>(make: () => Following & Store<State>): (sandbox: SandboxId) => State {
  interface Shared {
    readonly model: Store<State>;
    readonly stop: () => void;
    users: number;
  }
  const shared = new Map<string, Shared>();
  const nothing = make();

  const acquire = (stream: Stream, sandbox: SandboxId): Shared => {
    let entry = shared.get(sandbox);
    if (entry === undefined) {
      const model = make();
      entry = { model, stop: model.follow(stream, sandbox), users: 0 };
      shared.set(sandbox, entry);
    }
    entry.users++;
    return entry;
  };
  const release = (sandbox: SandboxId): void => {
    const entry = shared.get(sandbox);
    if (entry === undefined || --entry.users > 0) return;
    shared.delete(sandbox);
    entry.stop();
  };

  return function useShared(sandbox) {
    const stream = useStream();
    const [model, setModel] = useState<Store<State>>(nothing);
    useEffect(() => {
      setModel(acquire(stream, sandbox).model);
      return () => release(sandbox);
    }, [stream, sandbox]);
    return useStore(model);
  };
}
