import type { Meta, StoryObj } from '@storybook/react-vite';
import { FileText, FolderOpen, Settings, Trash2 } from 'lucide-react';
import { nothing } from '../storyLayout.tsx';
import { CommandPalette, type CommandPaletteProps } from './CommandPalette.tsx';

export default { title: 'CommandPalette' } satisfies Meta;
type Story = StoryObj;

const groups: CommandPaletteProps['groups'] = [
  {
    heading: 'Recent',
    items: [{ id: 'readme', title: 'README.md', hint: 'docs', icon: <FileText size={14} />, onSelect: nothing }],
  },
  {
    heading: 'Files',
    items: [
      { id: 'open', title: 'Open a file', icon: <FolderOpen size={14} />, shortcuts: ['Ctrl P'], onSelect: nothing },
      {
        id: 'remove',
        title: 'Remove what is chosen',
        icon: <Trash2 size={14} />,
        blocked: 'Nothing is chosen',
        onSelect: nothing,
      },
      {
        id: 'long',
        title: 'A title that is a great deal longer than the list is wide, as names of other people’s things are',
        hint: 'and a hint that is cut off before the title is',
        shortcuts: ['F8', 'Ctrl Shift E'],
        onSelect: nothing,
      },
    ],
  },
  {
    heading: 'Places',
    items: [{ id: 'settings', title: 'Settings', icon: <Settings size={14} />, onSelect: nothing }],
  },
];

const usual = { open: true, onOpenChange: nothing, label: 'Everything', placeholder: 'Search, or do something…' };

export const Everything: Story = { render: () => <CommandPalette {...usual} groups={groups} /> };

export const OnItsWay: Story = {
  render: () => <CommandPalette {...usual} groups={groups.slice(0, 1)} loading="Looking into 412 files…" />,
};

export const NothingFits: Story = {
  render: () => <CommandPalette {...usual} groups={[]} empty={() => 'Nothing fits. Try fewer letters.'} />,
};
