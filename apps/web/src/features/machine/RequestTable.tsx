import { Button, type Column, Table } from '@sandglass/ui';
import { formatBytes, formatClock, formatDuration } from '../../platform/format.ts';
import { shownName } from '../../platform/shownName.ts';
import type { EgressEvent } from './egress.ts';
import { ScrollBox } from './ScrollBox.tsx';

const words = { allowed: 'allowed', denied: 'blocked', failed: 'failed' } as const;
const classes = { allowed: 'machine-ok', denied: 'machine-err', failed: 'machine-warn' } as const;

interface RequestTableProps {
  readonly requests: readonly EgressEvent[];
  /** Absent for who may not change whom the sandbox reaches. */
  readonly onAllow: ((request: EgressEvent) => void) | undefined;
}

export function RequestTable({ requests, onAllow }: RequestTableProps) {
  const columns: Column<EgressEvent>[] = [
    {
      key: 'time',
      head: 'Time',
      width: '62px',
      mono: true,
      cell: (event) => <span title={new Date(event.wallMs).toLocaleString()}>{formatClock(event.wallMs)}</span>,
    },
    {
      key: 'verdict',
      head: 'Verdict',
      width: '80px',
      cell: (event) => <span className={classes[event.data.verdict]}>{words[event.data.verdict]}</span>,
    },
    { key: 'method', head: 'Method', width: '84px', mono: true, cell: (event) => shownName(event.data.method) },
    {
      key: 'host',
      head: 'Host',
      mono: true,
      cell: ({ data }) => {
        const target = shownName(`${data.host}:${data.port}${data.path ?? ''}`);
        return <span title={target}>{target}</span>;
      },
    },
    ...(onAllow === undefined
      ? []
      : [
          {
            key: 'allow',
            head: 'Rule',
            width: '96px',
            cell: (event: EgressEvent) =>
              event.data.verdict === 'denied' ? (
                <Button size="small" aria-label={`Allow ${event.data.host}`} onClick={() => onAllow(event)}>
                  Allow…
                </Button>
              ) : null,
          },
        ]),
    { key: 'status', head: 'Status', width: '64px', mono: true, cell: (event) => event.data.status ?? '' },
    {
      key: 'size',
      head: 'In / out',
      width: '130px',
      mono: true,
      align: 'end',
      cell: ({ data }) =>
        data.verdict === 'denied' ? '' : `${formatBytes(data.receivedBytes)} / ${formatBytes(data.sentBytes)}`,
    },
    {
      key: 'took',
      head: 'Took',
      width: '76px',
      mono: true,
      align: 'end',
      cell: ({ data }) => (data.verdict === 'denied' ? '' : formatDuration(data.durationMs)),
    },
  ];
  return (
    <ScrollBox label="Network log">
      <Table<EgressEvent> label="Requests" rows={requests} rowKey={(event) => event.seq} columns={columns} />
    </ScrollBox>
  );
}
