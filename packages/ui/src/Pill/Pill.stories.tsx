import type { Meta, StoryObj } from '@storybook/react-vite';
import { Row } from '../storyLayout.tsx';
import { Dot, Pill, type Tone } from './Pill.tsx';

export default { title: 'Pill' } satisfies Meta;
type Story = StoryObj;

const tones: readonly Tone[] = ['ok', 'warn', 'err', 'idle', 'agent', 'human', 'check', 'sand'];

export const Tones: Story = {
  render: () => (
    <Row>
      {tones.map((tone) => (
        <Pill key={tone} tone={tone}>
          {tone}
        </Pill>
      ))}
    </Row>
  ),
};

export const OnItsWay: Story = {
  render: () => (
    <Row>
      <Pill tone="warn" moving>
        Stopping…
      </Pill>
      <span>
        <Dot tone="ok" /> running
      </span>
    </Row>
  ),
};
