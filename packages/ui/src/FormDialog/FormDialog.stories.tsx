import type { Meta, StoryObj } from '@storybook/react-vite';
import { ErrorNote } from '../ErrorState/ErrorState.tsx';
import { Field, Input } from '../Field/Field.tsx';
import { nothing } from '../storyLayout.tsx';
import { FormDialog } from './FormDialog.tsx';

export default { title: 'FormDialog' } satisfies Meta;
type Story = StoryObj;

const usual = { open: true, onOpenChange: nothing, onSubmit: nothing, title: 'Rename', submitLabel: 'Rename' };
const field = (
  <Field label="Name">
    <Input defaultValue="report" />
  </Field>
);

export const Ready: Story = { render: () => <FormDialog {...usual}>{field}</FormDialog> };

export const Busy: Story = {
  render: () => (
    <FormDialog {...usual} busy busyLabel="Renaming…">
      {field}
    </FormDialog>
  ),
};

export const Failed: Story = {
  render: () => (
    <FormDialog {...usual} error={<ErrorNote title="This name is taken">Choose another one.</ErrorNote>}>
      {field}
    </FormDialog>
  ),
};
