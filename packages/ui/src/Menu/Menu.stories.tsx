import type { Meta, StoryObj } from '@storybook/react-vite';
import { Copy, Trash2 } from 'lucide-react';
import { Button } from '../Button/Button.tsx';
import { nothing } from '../storyLayout.tsx';
import { Menu, MenuCheck, MenuChoice, MenuGroup, MenuItem, MenuSeparator } from './Menu.tsx';

export default { title: 'Menu' } satisfies Meta;
type Story = StoryObj;

export const Opened: Story = {
  render: () => (
    <Menu trigger={<Button>More</Button>}>
      <MenuItem icon={<Copy size={13} />} shortcut="Ctrl C" onSelect={nothing}>
        Copy
      </MenuItem>
      <MenuItem disabled onSelect={nothing}>
        Paste
      </MenuItem>
      <MenuSeparator />
      <MenuChoice
        label="Sort"
        value="name"
        onChange={nothing}
        options={[
          { value: 'name', label: 'By name' },
          { value: 'age', label: 'By age' },
        ]}
      />
      <MenuSeparator />
      <MenuGroup label="Show">
        <MenuCheck checked onChange={nothing}>
          Sizes
        </MenuCheck>
        <MenuCheck checked={false} onChange={nothing}>
          Owners
        </MenuCheck>
      </MenuGroup>
      <MenuSeparator />
      <MenuItem tone="danger" icon={<Trash2 size={13} />} onSelect={nothing}>
        Remove
      </MenuItem>
    </Menu>
  ),
  play: ({ canvasElement }) => canvasElement.querySelector('button')?.click(),
};
