import type { Meta, StoryObj } from '@storybook/react-vite';
import { Select } from '../Select/Select.tsx';
import { nothing, Stack } from '../storyLayout.tsx';
import { Field, Input, TextArea } from './Field.tsx';

export default { title: 'Field' } satisfies Meta;
type Story = StoryObj;

export const Controls: Story = {
  render: () => (
    <Stack>
      <Field label="Name" hint="Up to 80 letters.">
        <Input placeholder="Untitled" />
      </Field>
      <Field label="Memory">
        <Input defaultValue="512" suffix="MB" mono />
      </Field>
      <Field label="Kind">
        <Select value="a" onChange={nothing} options={[{ value: 'a', label: 'The usual one' }]} />
      </Field>
      <Field label="Hosts">
        <TextArea mono rows={2} defaultValue={'example.test\n*.example.test:443'} />
      </Field>
    </Stack>
  ),
};

export const Wrong: Story = {
  render: () => (
    <Stack>
      <Field label="Memory" hint="In MB." error="It must be a whole number.">
        <Input defaultValue="1.5" suffix="MB" />
      </Field>
    </Stack>
  ),
};
