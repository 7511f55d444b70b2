import type { Meta, StoryObj } from '@storybook/react-vite';
import { Button } from '../Button/Button.tsx';
import { Tooltip } from './Tooltip.tsx';

export default { title: 'Tooltip' } satisfies Meta;
type Story = StoryObj;

export const Opened: Story = {
  render: () => (
    <Tooltip label="Goes on from here" shortcut="F8">
      <Button>Continue</Button>
    </Tooltip>
  ),
  play: ({ canvasElement }) => canvasElement.querySelector('button')?.focus(),
};
