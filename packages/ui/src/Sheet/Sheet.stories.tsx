import type { Meta, StoryObj } from '@storybook/react-vite';
import { Button } from '../Button/Button.tsx';
import { Field, Input } from '../Field/Field.tsx';
import { nothing } from '../storyLayout.tsx';
import { Sheet } from './Sheet.tsx';

export default { title: 'Sheet' } satisfies Meta;
type Story = StoryObj;

const usual = {
  open: true,
  onOpenChange: nothing,
  title: 'New list',
  description: 'It can be changed later.',
  actions: (
    <>
      <Button>Cancel</Button>
      <Button tone="primary">Create</Button>
    </>
  ),
  children: (
    <Field label="Name">
      <Input placeholder="Untitled" />
    </Field>
  ),
};

export const FromTheRight: Story = { render: () => <Sheet {...usual} /> };

export const FromBelow: Story = { render: () => <Sheet {...usual} side="bottom" /> };
