import type { Meta, StoryObj } from '@storybook/react-vite';
import { Button } from '../Button/Button.tsx';
import { Pane } from '../storyLayout.tsx';
import { LoadingState } from './LoadingState.tsx';
import { NoPermissionState } from './NoPermissionState.tsx';
import { NotSupportedState } from './NotSupportedState.tsx';
import { StaleNote } from './StaleNote.tsx';

export default { title: 'StateView' } satisfies Meta;
type Story = StoryObj;

export const Loading: Story = {
  render: () => (
    <Pane>
      <LoadingState label="Reading the list…" />
    </Pane>
  ),
};

export const NoPermission: Story = {
  render: () => (
    <Pane>
      <NoPermissionState action={<Button>Ask for it</Button>}>
        It takes the role of an editor. Ask who gave you this link.
      </NoPermissionState>
    </Pane>
  ),
};

export const NotSupported: Story = {
  render: () => (
    <Pane>
      <NotSupportedState title="There is no picture here">This kind has text alone.</NotSupportedState>
    </Pane>
  ),
};

export const Stale: Story = {
  render: () => (
    <Pane>
      <StaleNote action={<Button size="small">Try now</Button>}>
        As it was 40 s ago. The connection is gone; trying again in 5 s.
      </StaleNote>
      <StaleNote moving>As it was 40 s ago. Coming back…</StaleNote>
    </Pane>
  ),
};
