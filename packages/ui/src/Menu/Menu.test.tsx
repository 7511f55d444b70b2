// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { Button } from '../Button/Button.tsx';
import { Menu, MenuCheck, MenuItem } from './Menu.tsx';

afterEach(cleanup);

it('opens and chooses by keyboard', async () => {
  const choose = vi.fn();
  render(
    <Menu trigger={<Button>Actions</Button>}>
      <MenuItem onSelect={choose}>Freeze</MenuItem>
    </Menu>,
  );
  screen.getByRole('button', { name: 'Actions' }).focus();
  await userEvent.keyboard('{Enter}');
  await screen.findByRole('menuitem', { name: 'Freeze' });
  await userEvent.keyboard('{ArrowDown}{Enter}');
  await vi.waitFor(() => expect(choose).toHaveBeenCalledTimes(1));
});

it('stays open while things are ticked', async () => {
  const tick = vi.fn();
  render(
    <Menu trigger={<Button>Show</Button>}>
      <MenuCheck checked={false} onChange={tick}>
        Sizes
      </MenuCheck>
    </Menu>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Show' }));
  await userEvent.click(await screen.findByRole('menuitemcheckbox', { name: 'Sizes' }));
  expect(tick).toHaveBeenCalledWith(true);
  expect(screen.getByRole('menuitemcheckbox', { name: 'Sizes' })).toBeTruthy();
});
