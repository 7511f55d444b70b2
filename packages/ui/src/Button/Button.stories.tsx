import type { Meta, StoryObj } from '@storybook/react-vite';
import { Pause, Play } from 'lucide-react';
import { Row } from '../storyLayout.tsx';
import { Button } from './Button.tsx';

export default { title: 'Button' } satisfies Meta;
type Story = StoryObj;

export const Tones: Story = {
  render: () => (
    <Row>
      <Button>Plain</Button>
      <Button tone="primary" icon={<Play size={13} />}>
        Primary
      </Button>
      <Button tone="quiet">Quiet</Button>
      <Button tone="danger">Danger</Button>
      <Button tone="human">Human</Button>
      <Button tone="warn" icon={<Pause size={13} />}>
        Warn
      </Button>
    </Row>
  ),
};

export const Sizes: Story = {
  render: () => (
    <Row>
      <Button size="small">Small</Button>
      <Button>Medium</Button>
      <Button size="large">Large</Button>
    </Row>
  ),
};

export const BusyAndDisabled: Story = {
  render: () => (
    <Row>
      <Button busy>Saving…</Button>
      <Button tone="primary" busy>
        Saving…
      </Button>
      <Button disabled>Disabled</Button>
      <Button tone="primary" disabled>
        Disabled
      </Button>
    </Row>
  ),
};
