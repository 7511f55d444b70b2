import { EmptyState, Table } from '@sandglass/ui';
import { Globe } from 'lucide-react';
import { useMemo } from 'react';
import { useEvents } from '../../platform/events.ts';
import { formatBytes, formatClock, formatDuration } from '../../platform/format.ts';
import type { PaneProps } from '../../platform/pane.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { type EgressEvent, egressOf } from './egress.ts';
import './machine.css';

const words = { allowed: 'allowed', denied: 'blocked', failed: 'failed' } as const;
const classes = { allowed: 'machine-ok', denied: 'machine-err', failed: 'machine-warn' } as const;

/** Every request that tried to leave the sandbox, the newest first. */
export default function NetworkPane({ sandbox: id }: PaneProps) {
  const sandbox = useSandbox(id);
  const { events } = useEvents(id);
  const requests = useMemo(() => egressOf(events).reverse().slice(0, 500), [events]);
  if (requests.length === 0) {
    return (
      <EmptyState icon={<Globe size={18} />} title="Nothing has tried to leave">
        {sandbox?.capabilities.egress === 'none'
          ? 'This driver does not fence the network, so requests are not seen.'
          : 'The only way out is the proxy, and only to allowed hosts. Each request appears here with its verdict.'}
      </EmptyState>
    );
  }
  return (
    <div className="network">
      <Table<EgressEvent>
        label="Requests"
        rows={requests}
        rowKey={(event) => event.seq}
        columns={[
          { key: 'time', head: 'Time', width: '70px', mono: true, cell: (event) => formatClock(event.wallMs) },
          {
            key: 'verdict',
            head: 'Verdict',
            width: '86px',
            cell: (event) => <span className={classes[event.data.verdict]}>{words[event.data.verdict]}</span>,
          },
          { key: 'method', head: 'Method', width: '88px', mono: true, cell: (event) => event.data.method },
          {
            key: 'host',
            head: 'Host',
            mono: true,
            cell: (event) => (
              <span
                title={`${event.data.host}:${event.data.port}${event.data.path ?? ''}`}
              >{`${event.data.host}:${event.data.port}${event.data.path ?? ''}`}</span>
            ),
          },
          { key: 'status', head: 'Status', width: '70px', mono: true, cell: (event) => event.data.status ?? '' },
          {
            key: 'size',
            head: 'In / out',
            width: '130px',
            mono: true,
            align: 'end',
            cell: (event) =>
              event.data.verdict === 'denied'
                ? ''
                : `${formatBytes(event.data.receivedBytes)} / ${formatBytes(event.data.sentBytes)}`,
          },
          {
            key: 'took',
            head: 'Took',
            width: '76px',
            mono: true,
            align: 'end',
            cell: (event) => (event.data.verdict === 'denied' ? '' : formatDuration(event.data.durationMs)),
          },
        ]}
      />
    </div>
  );
}
