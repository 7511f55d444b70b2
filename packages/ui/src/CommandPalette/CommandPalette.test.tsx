// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { CommandPalette, type CommandPaletteProps } from './CommandPalette.tsx';

beforeAll(() => {
  // What jsdom lacks and the list asks for.
  globalThis.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  Element.prototype.scrollIntoView ??= () => {};
});
afterEach(cleanup);

const open = vi.fn();
const remove = vi.fn();
const groups: CommandPaletteProps['groups'] = [
  {
    heading: 'Files',
    items: [
      { id: 'open', title: 'Open a file', shortcuts: ['Ctrl P'], keywords: 'find', onSelect: open },
      { id: 'remove', title: 'Remove', blocked: 'Nothing is chosen', onSelect: remove },
    ],
  },
  { heading: 'Views', items: [{ id: 'wide', title: 'Wider', onSelect: () => {} }] },
];

function World(props: Partial<CommandPaletteProps>) {
  const [isOpen, setOpen] = useState(true);
  return (
    <CommandPalette
      open={isOpen}
      onOpenChange={setOpen}
      label="Everything"
      placeholder="Type"
      groups={groups}
      {...props}
    />
  );
}

const options = () => screen.queryAllByRole('option').map((option) => option.textContent);

it('finds by title and by other words, and does it by Enter once it is away', async () => {
  open.mockReset();
  render(<World />);
  await userEvent.type(await screen.findByRole('combobox'), 'find');
  expect(options()).toEqual(['Open a fileCtrl P']);
  await userEvent.keyboard('{Enter}');
  expect(open).toHaveBeenCalledTimes(1);
  await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it('shows what is blocked with the reason and does not do it', async () => {
  render(<World />);
  const blocked = await screen.findByRole('option', { name: /Remove.*Nothing is chosen/ });
  expect(blocked.getAttribute('aria-disabled')).toBe('true');
  await userEvent.click(blocked);
  expect(remove).not.toHaveBeenCalled();
});

it('keeps what was asked for by the typed words, whatever its own are', async () => {
  const ask = vi.fn();
  const found = { heading: 'Found', items: [{ id: 'f', title: 'zebra', found: true, onSelect: () => {} }] };
  render(<World groups={[...groups, found]} onQueryChange={ask} />);
  await userEvent.type(await screen.findByRole('combobox'), 'qq');
  expect(ask).toHaveBeenLastCalledWith('qq');
  expect(options()).toEqual(['zebra']);
});

it('says what is on its way, and when nothing fits', async () => {
  const { rerender } = render(<World loading="Looking…" />);
  await userEvent.type(await screen.findByRole('combobox'), 'qq');
  expect(screen.getByRole('status').textContent).toBe('Looking…');
  rerender(<World />);
  expect(screen.getByRole('status').textContent).toBe('Nothing fits “qq”.');
});
