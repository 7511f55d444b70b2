import type { ProcessInfo, Sandbox } from '@sandglass/protocol';
import { Button, IconButton, Menu, MenuItem, toast } from '@sandglass/ui';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { CircleStop, Ellipsis, Skull } from 'lucide-react';
import { useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { describeFailure } from '../../platform/errors.ts';
import { FailedNote } from '../../platform/Failed.tsx';
import { formatBytes } from '../../platform/format.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { Section } from './Section.tsx';

const FIRST = 6;

/** Processes by memory; the long tail on request. */
export function ProcessesSection({ sandbox, active }: { sandbox: Sandbox; active: boolean }) {
  const client = useClient();
  const [all, setAll] = useState(false);
  const query = useQuery({
    queryKey: ['processes', sandbox.id],
    queryFn: async ({ signal }) =>
      (await client.request('processes', { params: { sandbox: sandbox.id }, signal })).items,
    enabled: active,
    refetchInterval: active ? 2_000 : false,
    placeholderData: keepPreviousData,
  });
  const processes = [...(query.data ?? [])].sort((a, b) => b.memoryBytes - a.memoryBytes);
  return (
    <Section title="Processes" note={query.data === undefined ? (active ? '' : 'after the thaw') : processes.length}>
      {active && query.isError ? <FailedNote error={query.error} /> : null}
      <ul className="machine-list">
        {processes.slice(0, all ? undefined : FIRST).map((process) => (
          <Process key={process.pid} process={process} sandbox={sandbox} />
        ))}
      </ul>
      {processes.length > FIRST ? (
        <Button size="small" tone="quiet" className="machine-more" onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `${processes.length - FIRST} more`}
        </Button>
      ) : null}
    </Section>
  );
}

/** `node src/server.ts` rather than `/usr/bin/node src/server.ts`. */
function nameOf(process: ProcessInfo): string {
  // Some, Chromium among them, write all their words into the first.
  const words = process.arguments.length === 1 ? process.arguments[0]!.split(' ') : process.arguments;
  const [first = process.command, ...rest] = words;
  return [first.split('/').at(-1), ...rest].join(' ') || process.command;
}

function Process({ process, sandbox }: { process: ProcessInfo; sandbox: Sandbox }) {
  const client = useClient();
  const mayOperate = useMayOperate(sandbox);
  const signal = useMutation({
    mutationFn: (name: 'SIGTERM' | 'SIGKILL') =>
      client.request('signalProcess', { params: { sandbox: sandbox.id, pid: process.pid }, body: { signal: name } }),
    onError: (error) => toast.fail(`Process ${process.pid} got no signal`, describeFailure(error).detail),
  });
  const name = nameOf(process);
  return (
    <li title={`${process.pid} · ${process.user} · ${process.arguments.join(' ')}`}>
      <span className="machine-name">{name}</span>
      <span className="machine-value">{formatBytes(process.memoryBytes)}</span>
      {mayOperate && process.pid > 1 ? (
        <Menu
          align="end"
          trigger={
            <IconButton size="small" label={`Signal process ${process.pid}`} className="machine-act">
              <Ellipsis size={13} />
            </IconButton>
          }
        >
          <MenuItem icon={<CircleStop size={13} />} onSelect={() => signal.mutate('SIGTERM')}>
            Ask it to end (TERM)
          </MenuItem>
          <MenuItem icon={<Skull size={13} />} tone="danger" onSelect={() => signal.mutate('SIGKILL')}>
            End it now (KILL)
          </MenuItem>
        </Menu>
      ) : null}
    </li>
  );
}
