import type { Meta, StoryObj } from '@storybook/react-vite';
import { nothing, Row, Stack } from '../storyLayout.tsx';
import { Checkbox } from './Checkbox.tsx';

export default { title: 'Checkbox' } satisfies Meta;
type Story = StoryObj;

export const States: Story = {
  render: () => (
    <Row>
      <Checkbox label="Off" checked={false} onChange={nothing} />
      <Checkbox label="On" checked onChange={nothing} />
      <Checkbox label="Some" checked={false} some onChange={nothing} />
      <Checkbox label="Off, disabled" checked={false} disabled onChange={nothing} />
      <Checkbox label="On, disabled" checked disabled onChange={nothing} />
    </Row>
  ),
};

export const WithWords: Story = {
  render: () => (
    <Stack>
      <Checkbox checked onChange={nothing}>
        Make a copy first
      </Checkbox>
      <Checkbox checked={false} onChange={nothing}>
        A longer explanation of what happens when it is chosen, so long that it needs a second line
      </Checkbox>
    </Stack>
  ),
};
