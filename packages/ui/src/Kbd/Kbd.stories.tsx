import type { Meta, StoryObj } from '@storybook/react-vite';
import { Row } from '../storyLayout.tsx';
import { Kbd } from './Kbd.tsx';

export default { title: 'Kbd' } satisfies Meta;
type Story = StoryObj;

export const Keys: Story = {
  render: () => (
    <Row>
      <Kbd>F8</Kbd>
      <Kbd>Ctrl K</Kbd>
      <Kbd>⌘K</Kbd>
      <Kbd>?</Kbd>
    </Row>
  ),
};
