// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { MenuItem } from '../Menu/Menu.tsx';
import { ContextMenu } from './ContextMenu.tsx';

afterEach(cleanup);

it('opens by the menu key and by a right click, and chooses', async () => {
  const choose = vi.fn();
  render(
    <ContextMenu label="report" items={<MenuItem onSelect={choose}>Rename</MenuItem>}>
      <button type="button">report</button>
    </ContextMenu>,
  );
  // Shift+F10 and the menu key come as this event, as a right click does.
  fireEvent.contextMenu(screen.getByRole('button', { name: 'report' }));
  expect(await screen.findByRole('menu', { name: 'report' })).toBeTruthy();
  await userEvent.click(screen.getByRole('menuitem', { name: 'Rename' }));
  expect(choose).toHaveBeenCalledTimes(1);
});
