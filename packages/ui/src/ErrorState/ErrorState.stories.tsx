import type { Meta, StoryObj } from '@storybook/react-vite';
import { Button } from '../Button/Button.tsx';
import { Pane } from '../storyLayout.tsx';
import { ErrorNote, ErrorState } from './ErrorState.tsx';

export default { title: 'ErrorState' } satisfies Meta;
type Story = StoryObj;

export const View: Story = {
  render: () => (
    <Pane>
      <ErrorState title="The list could not be read" id="req_7k2m" action={<Button>Try again</Button>}>
        The disk does not answer. What you typed is kept.
      </ErrorState>
    </Pane>
  ),
};

export const Note: Story = {
  render: () => (
    <ErrorNote title="It was not saved" id="req_7k2m" action={<Button size="small">Try again</Button>}>
      Someone else saved it 2 s before. Your text is still here.
    </ErrorNote>
  ),
};
