/** The wall's state, put together: what is shown, who needs somebody, what is chosen. */
import type { Sandbox, SandboxId } from '@sandglass/protocol';
import { useNow } from '@sandglass/ui';
import { useEffect, useMemo, useRef, useState } from 'react';
import { z } from 'zod';
import { useClient, useStream } from '../../platform/client.tsx';
import { actOnGate } from '../../platform/gate.ts';
import { usePutSandbox } from '../../platform/sandboxes.ts';
import { isAwake } from '../../platform/status.ts';
import { readPreference, writePreference } from '../../platform/storage.ts';
import { useStore } from '../../platform/store.ts';
import { findNeeds, noteAsked, WallStats } from './attention.ts';
import { BulkModel, type Verb } from './bulkModel.ts';
import type { Needs } from './wallModel.ts';

/** True while a person can see this page. */
export function useVisible(): boolean {
  const [visible, setVisible] = useState(() => document.visibilityState !== 'hidden');
  useEffect(() => {
    const handleChange = () => setVisible(document.visibilityState !== 'hidden');
    document.addEventListener('visibilitychange', handleChange);
    return () => document.removeEventListener('visibilitychange', handleChange);
  }, []);
  return visible;
}

const SEEN = 'wall.seen';
const Seen = z.array(z.string()).max(2_000);

/** Failed ones that this person has looked at. */
function useSeen(): { seen: ReadonlySet<string>; markSeen: (id: SandboxId) => void } {
  const [seen, setSeen] = useState(() => new Set(readPreference(SEEN, Seen) ?? []));
  const markSeen = (id: SandboxId) => {
    const next = new Set(seen).add(id);
    setSeen(next);
    writePreference(SEEN, [...next].slice(-2_000));
  };
  return { seen, markSeen };
}

export function useNeeds(sandboxes: readonly Sandbox[]): { needs: Needs; markSeen: (id: SandboxId) => void } {
  const stream = useStream();
  const nowMs = useNow();
  const visible = useVisible();
  const { seen, markSeen } = useSeen();
  const asked = useRef<ReadonlyMap<SandboxId, number>>(new Map());
  asked.current = noteAsked(asked.current, sandboxes, Date.now());
  const askedSinceMs = asked.current;
  const [disks] = useState(() => new WallStats(stream as ConstructorParameters<typeof WallStats>[0]));
  const stats = useStore(disks);
  const awake = visible
    ? sandboxes
        .filter(isAwake)
        .map((sandbox) => sandbox.id)
        .join(' ')
    : '';
  useEffect(() => {
    disks.follow(awake === '' ? [] : (awake.split(' ') as SandboxId[]));
  }, [disks, awake]);
  useEffect(() => () => disks.close(), [disks]);
  const found = useMemo(
    () => findNeeds(sandboxes, { askedSinceMs, stats, seen }, nowMs),
    [sandboxes, askedSinceMs, stats, seen, nowMs],
  );
  return { needs: useSame(found), markSeen };
}

/** The map of before when it says the same: the clock alone makes nothing new. */
function useSame(needs: Needs): Needs {
  const before = useRef(needs);
  const isSame = needs.size === before.current.size && [...needs].every(([id, why]) => before.current.get(id) === why);
  if (!isSame) before.current = needs;
  return before.current;
}

export function useBulk(): BulkModel {
  const client = useClient();
  const put = usePutSandbox();
  const acts = useRef<(verb: Verb, sandbox: SandboxId) => Promise<void>>(async () => {});
  acts.current = async (verb, sandbox) => {
    const params = { sandbox };
    if (verb === 'pause' || verb === 'continue') await actOnGate(client, sandbox, { kind: verb });
    else if (verb === 'checkpoint') await client.request('createCheckpoint', { params, body: {}, timeoutMs: 120_000 });
    else if (verb === 'freeze') put(await client.request('freezeSandbox', { params }));
    else if (verb === 'thaw') put(await client.request('thawSandbox', { params }));
    else put(await client.request('killSandbox', { params }));
  };
  const [bulk] = useState(() => new BulkModel((verb, sandbox) => acts.current(verb, sandbox)));
  return bulk;
}
