import type { Meta, StoryObj } from '@storybook/react-vite';
import { nothing } from '../storyLayout.tsx';
import { Segments } from './Segments.tsx';

export default { title: 'Segments' } satisfies Meta;
type Story = StoryObj;

export const OnePressed: Story = {
  render: () => (
    <Segments
      label="Show"
      value="open"
      onChange={nothing}
      segments={[
        { value: 'all', label: 'All 12' },
        { value: 'open', label: 'Open 3' },
        { value: 'done', label: 'Done' },
      ]}
    />
  ),
};
