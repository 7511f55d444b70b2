import type { Meta, StoryObj } from '@storybook/react-vite';
import { Toaster, toast } from 'sonner';
import { nothing } from '../storyLayout.tsx';
import { toastLook } from './toaster.tsx';

export default { title: 'Toast' } satisfies Meta;
type Story = StoryObj;

export const SaidAndFailed: Story = {
  render: () => <Toaster {...toastLook} expand />,
  play: () => {
    toast.dismiss();
    toast('Copied', { duration: Number.POSITIVE_INFINITY, onDismiss: nothing });
    toast.error('It was not saved', {
      description: 'The disk is full. Your text is still here.',
      duration: Number.POSITIVE_INFINITY,
    });
  },
};
