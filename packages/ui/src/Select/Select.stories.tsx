import type { Meta, StoryObj } from '@storybook/react-vite';
import { nothing, Stack } from '../storyLayout.tsx';
import { Select } from './Select.tsx';

export default { title: 'Select' } satisfies Meta;
type Story = StoryObj;

const options = [
  { value: 'small', label: 'Small' },
  { value: 'large', label: 'Large' },
] as const;

export const Closed: Story = {
  render: () => (
    <Stack>
      <Select label="Size" value="small" options={options} onChange={nothing} />
    </Stack>
  ),
};

export const Opened: Story = {
  ...Closed,
  play: ({ canvasElement }) => canvasElement.querySelector<HTMLElement>('[role="combobox"]')?.click(),
};
