import type { Meta, StoryObj } from '@storybook/react-vite';
import { Button } from '../Button/Button.tsx';
import { nothing } from '../storyLayout.tsx';
import { Dialog } from './Dialog.tsx';

export default { title: 'Dialog' } satisfies Meta;
type Story = StoryObj;

const actions = (
  <>
    <Button>Later</Button>
    <Button tone="primary">Continue</Button>
  </>
);

export const Question: Story = {
  render: () => (
    <Dialog
      open
      onOpenChange={nothing}
      title="Go on without saving?"
      description="Three files have changes that are nowhere else."
      actions={actions}
    />
  ),
};

export const LongBody: Story = {
  render: () => (
    <Dialog open onOpenChange={nothing} title="What has changed" actions={actions}>
      {Array.from(
        { length: 30 },
        (_, line) => `Line ${line + 1} of a text that scrolls between its head and its foot.`,
      ).map((line) => (
        <p key={line}>{line}</p>
      ))}
    </Dialog>
  ),
};
