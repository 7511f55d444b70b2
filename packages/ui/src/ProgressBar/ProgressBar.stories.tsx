import type { Meta, StoryObj } from '@storybook/react-vite';
import { Stack } from '../storyLayout.tsx';
import { ProgressBar } from './ProgressBar.tsx';

export default { title: 'ProgressBar' } satisfies Meta;
type Story = StoryObj;

export const Values: Story = {
  render: () => (
    <Stack>
      <ProgressBar label="Upload" value={12} most={40} text="12 of 40 MB" />
      <ProgressBar label="A name so long that it gives way to the numbers beside it, always" value={0.5} most={1} />
      <ProgressBar label="Done" value={100} tone="ok" />
      <ProgressBar label="Failed" value={70} tone="err" text="stopped at 70 %" />
      <ProgressBar label="Looking" value={null} text="412 files" />
      <ProgressBar label="Without words" value={30} hidesLabel />
    </Stack>
  ),
};
