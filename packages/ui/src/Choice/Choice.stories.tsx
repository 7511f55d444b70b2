import type { Meta, StoryObj } from '@storybook/react-vite';
import { Box, Monitor, Terminal } from 'lucide-react';
import { nothing } from '../storyLayout.tsx';
import { Choice } from './Choice.tsx';

export default { title: 'Choice' } satisfies Meta;
type Story = StoryObj;

export const ThreeCards: Story = {
  render: () => (
    <Choice
      label="Kind"
      value="desk"
      onChange={nothing}
      options={[
        { value: 'desk', label: 'Desk', text: 'With a picture and a pointer', icon: <Monitor size={16} /> },
        { value: 'text', label: 'Text', text: 'Lines alone', icon: <Terminal size={16} /> },
        { value: 'none', label: 'Bare', text: 'Nothing but files', icon: <Box size={16} />, disabled: true },
      ]}
    />
  ),
};
