import type { PortInfo, ProcessInfo, SandboxId } from '@sandglass/protocol';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { type ProcessSample, sharesOf } from './processTree.ts';

const none: readonly never[] = [];

/** The processes of a sandbox, asked again while `active`, with each one's share of a core since the time before. */
export function useProcesses(sandbox: SandboxId, active: boolean) {
  const client = useClient();
  const query = useQuery({
    queryKey: ['processes', sandbox],
    queryFn: async ({ signal }) => (await client.request('processes', { params: { sandbox }, signal })).items,
    enabled: active,
    refetchInterval: active ? 2_000 : false,
    placeholderData: keepPreviousData,
  });
  const processes: readonly ProcessInfo[] = query.data ?? none;
  const [samples, setSamples] = useState<{ now: ProcessSample; before: ProcessSample | undefined } | null>(null);
  const { data, dataUpdatedAt: atMs } = query;
  useEffect(() => {
    if (data !== undefined)
      setSamples((known) =>
        known?.now.atMs === atMs ? known : { now: { atMs, processes: data }, before: known?.now },
      );
  }, [data, atMs]);
  const shares = useMemo(
    () => (samples === null ? new Map<string, number>() : sharesOf(samples.now, samples.before)),
    [samples],
  );
  return { query, processes, shares };
}

/** The ports something listens on, by number; those of the machine itself are not among them. */
export function usePorts(sandbox: SandboxId, active: boolean) {
  const client = useClient();
  const query = useQuery({
    queryKey: ['ports', sandbox],
    queryFn: async ({ signal }) => (await client.request('ports', { params: { sandbox }, signal })).items,
    enabled: active,
    refetchInterval: active ? 2_500 : false,
    placeholderData: keepPreviousData,
  });
  const ports: readonly PortInfo[] = query.data ?? none;
  return { query, ports };
}
