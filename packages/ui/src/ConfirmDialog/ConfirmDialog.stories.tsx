import type { Meta, StoryObj } from '@storybook/react-vite';
import { ErrorNote } from '../ErrorState/ErrorState.tsx';
import { nothing } from '../storyLayout.tsx';
import { ConfirmDialog } from './ConfirmDialog.tsx';

export default { title: 'ConfirmDialog' } satisfies Meta;
type Story = StoryObj;

const usual = {
  open: true,
  onOpenChange: nothing,
  onConfirm: nothing,
  title: 'Remove “report”?',
  consequences: [
    { word: 'Lost', text: 'the text and its 14 pictures. This cannot be undone.' },
    { word: 'Kept', text: 'copies that others have made of it.' },
  ],
  confirmLabel: 'Remove',
  cancelLabel: 'Keep it',
};

export const Danger: Story = { render: () => <ConfirmDialog {...usual} /> };

export const Busy: Story = { render: () => <ConfirmDialog {...usual} busy busyLabel="Removing…" /> };

export const Failed: Story = {
  render: () => (
    <ConfirmDialog
      {...usual}
      error={
        <ErrorNote title="It was not removed" id="req_7k2m">
          The disk does not answer. Nothing was changed; try again.
        </ErrorNote>
      }
    />
  ),
};
