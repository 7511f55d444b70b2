import type { Meta, StoryObj } from '@storybook/react-vite';
import { LayoutGrid, List, Trash2 } from 'lucide-react';
import { Row } from '../storyLayout.tsx';
import { IconButton } from './IconButton.tsx';

export default { title: 'IconButton' } satisfies Meta;
type Story = StoryObj;

export const States: Story = {
  render: () => (
    <Row>
      <IconButton label="Cards" pressed>
        <LayoutGrid size={15} />
      </IconButton>
      <IconButton label="List" pressed={false}>
        <List size={15} />
      </IconButton>
      <IconButton label="Remove" disabled>
        <Trash2 size={15} />
      </IconButton>
      <IconButton label="Remove, small" size="small">
        <Trash2 size={13} />
      </IconButton>
    </Row>
  ),
};
