import type { Meta, StoryObj } from '@storybook/react-vite';
import { Files, GitCompare } from 'lucide-react';
import { IconButton } from '../IconButton/IconButton.tsx';
import { nothing, Pane } from '../storyLayout.tsx';
import { Tabs } from './Tabs.tsx';

export default { title: 'Tabs' } satisfies Meta;
type Story = StoryObj;

export const WithCountAndAside: Story = {
  render: () => (
    <Pane>
      <Tabs
        label="Views"
        value="changes"
        onChange={nothing}
        aside={
          <IconButton label="Compare" size="small">
            <GitCompare size={13} />
          </IconButton>
        }
        tabs={[
          { value: 'files', label: 'Files', icon: <Files size={13} />, panel: 'All of them' },
          { value: 'changes', label: 'Changes', count: 7, panel: <p style={{ padding: 12 }}>Seven of them.</p> },
          { value: 'none', label: 'Later', disabled: true, panel: null },
        ]}
      />
    </Pane>
  ),
};
