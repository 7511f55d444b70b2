import type { Meta, StoryObj } from '@storybook/react-vite';
import { Copy, Pencil, Trash2 } from 'lucide-react';
import { MenuItem, MenuSeparator } from '../Menu/Menu.tsx';
import { nothing } from '../storyLayout.tsx';
import { ContextMenu } from './ContextMenu.tsx';

export default { title: 'ContextMenu' } satisfies Meta;
type Story = StoryObj;

export const Opened: Story = {
  render: () => (
    <ContextMenu
      label="report.md"
      items={
        <>
          <MenuItem icon={<Pencil size={13} />} shortcut="F2" onSelect={nothing}>
            Rename
          </MenuItem>
          <MenuItem icon={<Copy size={13} />} onSelect={nothing}>
            Copy path
          </MenuItem>
          <MenuSeparator />
          <MenuItem tone="danger" icon={<Trash2 size={13} />} onSelect={nothing}>
            Delete
          </MenuItem>
        </>
      }
    >
      <button
        type="button"
        data-menu
        style={{ padding: 24, border: '1px dashed var(--line-strong)', background: 'none' }}
      >
        Right click here
      </button>
    </ContextMenu>
  ),
  play: ({ canvasElement }) => {
    canvasElement
      .querySelector('[data-menu]')
      ?.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: 60, clientY: 48 }));
  },
};
