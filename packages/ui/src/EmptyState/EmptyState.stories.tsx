import type { Meta, StoryObj } from '@storybook/react-vite';
import { Inbox } from 'lucide-react';
import { Button } from '../Button/Button.tsx';
import { Pane } from '../storyLayout.tsx';
import { EmptyState } from './EmptyState.tsx';

export default { title: 'EmptyState' } satisfies Meta;
type Story = StoryObj;

export const WithWhatToDo: Story = {
  render: () => (
    <Pane>
      <EmptyState icon={<Inbox size={18} />} title="No messages yet" action={<Button tone="primary">Write one</Button>}>
        What others send you is kept here until you remove it.
      </EmptyState>
    </Pane>
  ),
};

export const Bare: Story = {
  render: () => (
    <Pane>
      <EmptyState title="Nothing fits the filter" />
    </Pane>
  ),
};
