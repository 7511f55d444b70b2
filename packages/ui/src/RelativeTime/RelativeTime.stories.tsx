import type { Meta, StoryObj } from '@storybook/react-vite';
import { Row } from '../storyLayout.tsx';
import { RelativeTime } from './RelativeTime.tsx';

export default { title: 'RelativeTime' } satisfies Meta;
type Story = StoryObj;

const nowMs = Date.UTC(2030, 0, 2, 12);

export const Ages: Story = {
  render: () => (
    <Row>
      {[-2_000, 9_000, 300_000, 3 * 3_600_000, 5 * 86_400_000].map((ageMs) => (
        <RelativeTime key={ageMs} atMs={nowMs - ageMs} nowMs={nowMs} />
      ))}
    </Row>
  ),
};
