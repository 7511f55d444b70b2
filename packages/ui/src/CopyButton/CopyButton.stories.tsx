import type { Meta, StoryObj } from '@storybook/react-vite';
import { Row } from '../storyLayout.tsx';
import { CopyButton } from './CopyButton.tsx';

export default { title: 'CopyButton' } satisfies Meta;
type Story = StoryObj;

export const BesideItsText: Story = {
  render: () => (
    <Row>
      <code>req_7k2m</code>
      <CopyButton text="req_7k2m" label="Copy the id" />
    </Row>
  ),
};
