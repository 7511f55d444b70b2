// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { Button } from '../Button/Button.tsx';
import { Popover } from './Popover.tsx';

afterEach(cleanup);

it('opens at its button, is named by its title, and gives focus back when it goes', async () => {
  render(
    <Popover title="Details" trigger={<Button>More</Button>}>
      <p>The rest.</p>
    </Popover>,
  );
  const button = screen.getByRole('button', { name: 'More' });
  button.focus();
  await userEvent.keyboard('{Enter}');
  expect((await screen.findByRole('dialog', { name: 'Details' })).textContent).toContain('The rest.');
  await userEvent.keyboard('{Escape}');
  await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await vi.waitFor(() => expect(document.activeElement).toBe(button));
});
