// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { Button } from '../Button/Button.tsx';
import { Menu, MenuItem } from '../Menu/Menu.tsx';
import { LayerHome } from './layerHome.ts';

afterEach(cleanup);

it('puts what floats into the window that its trigger is in', async () => {
  const home = document.body.appendChild(document.createElement('div'));
  render(
    <LayerHome value={home}>
      <Menu trigger={<Button>Actions</Button>}>
        <MenuItem onSelect={() => undefined}>Freeze</MenuItem>
      </Menu>
    </LayerHome>,
  );
  screen.getByRole('button', { name: 'Actions' }).focus();
  await userEvent.keyboard('{Enter}');
  expect(home.contains(await screen.findByRole('menuitem', { name: 'Freeze' }))).toBe(true);
});
