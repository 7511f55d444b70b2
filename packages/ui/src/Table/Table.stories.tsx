import type { Meta, StoryObj } from '@storybook/react-vite';
import { Table } from './Table.tsx';

export default { title: 'Table' } satisfies Meta;
type Story = StoryObj;

const rows = [
  { name: 'alpha.test', count: 41, note: 'allowed' },
  { name: 'beta.test', count: 1, note: 'a note that is longer than its column is wide, and is cut' },
];

export const Rows: Story = {
  render: () => (
    <Table
      label="Names"
      rows={rows}
      rowKey={(row) => row.name}
      columns={[
        { key: 'name', head: 'Name', cell: (row) => row.name, mono: true },
        { key: 'note', head: 'Note', cell: (row) => row.note },
        { key: 'count', head: 'Count', cell: (row) => row.count, align: 'end', width: '80px' },
      ]}
    />
  ),
};
