import type { Meta, StoryObj } from '@storybook/react-vite';
import { Button } from '../Button/Button.tsx';
import { nothing } from '../storyLayout.tsx';
import { Popover } from './Popover.tsx';

export default { title: 'Popover' } satisfies Meta;
type Story = StoryObj;

export const Opened: Story = {
  render: () => (
    <Popover open onOpenChange={nothing} title="What it keeps" align="start" trigger={<Button>Details</Button>}>
      <p>Files and what is in memory. What was on the network is gone by then, as everywhere.</p>
      <Button size="small">Read more</Button>
    </Popover>
  ),
};
