import type { Meta, StoryObj } from '@storybook/react-vite';
import { Row } from '../storyLayout.tsx';
import { Badge } from './Badge.tsx';

export default { title: 'Badge' } satisfies Meta;
type Story = StoryObj;

export const Tones: Story = {
  render: () => (
    <Row>
      <span>
        Changes <Badge>7</Badge>
      </span>
      {(['ok', 'warn', 'err', 'idle', 'agent', 'human', 'check', 'sand'] as const).map((tone) => (
        <Badge key={tone} tone={tone}>
          {tone}
        </Badge>
      ))}
    </Row>
  ),
};
