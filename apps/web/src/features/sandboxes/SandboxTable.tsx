import type { Sandbox } from '@sandglass/protocol';
import { RelativeTime, Table } from '@sandglass/ui';
import { Link } from '@tanstack/react-router';
import { StatusPill } from '../../platform/StatusPill.tsx';

export function SandboxTable({ sandboxes }: { sandboxes: readonly Sandbox[] }) {
  return (
    <Table
      label="Sandboxes"
      rows={sandboxes}
      rowKey={(sandbox) => sandbox.id}
      columns={[
        {
          key: 'name',
          head: 'Name',
          cell: (sandbox) => (
            <Link to="/s/$sandbox" params={{ sandbox: sandbox.id }}>
              {sandbox.name}
            </Link>
          ),
        },
        { key: 'state', head: 'State', width: '150px', cell: (sandbox) => <StatusPill sandbox={sandbox} /> },
        { key: 'image', head: 'Image', width: '100px', cell: (sandbox) => sandbox.image },
        { key: 'id', head: 'Id', mono: true, width: '170px', cell: (sandbox) => sandbox.id },
        {
          key: 'labels',
          head: 'Labels',
          mono: true,
          cell: (sandbox) =>
            Object.entries(sandbox.labels)
              .map(([key, value]) => `${key}=${value}`)
              .join(' '),
        },
        {
          key: 'age',
          head: 'Age',
          mono: true,
          align: 'end',
          width: '80px',
          cell: (sandbox) => <RelativeTime atMs={sandbox.createdAtMs} />,
        },
      ]}
    />
  );
}
