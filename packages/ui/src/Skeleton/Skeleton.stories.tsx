import type { Meta, StoryObj } from '@storybook/react-vite';
import { Stack } from '../storyLayout.tsx';
import { Skeleton } from './Skeleton.tsx';

export default { title: 'Skeleton' } satisfies Meta;
type Story = StoryObj;

export const Lines: Story = {
  render: () => (
    <Stack>
      <Skeleton width={160} height={20} />
      <Skeleton />
      <Skeleton width="70%" />
    </Stack>
  ),
};
