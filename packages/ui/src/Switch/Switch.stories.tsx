import type { Meta, StoryObj } from '@storybook/react-vite';
import { nothing, Row } from '../storyLayout.tsx';
import { Switch } from './Switch.tsx';

export default { title: 'Switch' } satisfies Meta;
type Story = StoryObj;

export const States: Story = {
  render: () => (
    <Row>
      <Switch label="Off" checked={false} onChange={nothing} />
      <Switch label="On" checked onChange={nothing} />
    </Row>
  ),
};
