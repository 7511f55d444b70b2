// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { CopyButton } from './CopyButton.tsx';

afterEach(cleanup);

it('says that it copied only when it did', async () => {
  const user = userEvent.setup();
  const { rerender } = render(<CopyButton text="req_1" label="Copy the id" />);
  await user.click(screen.getByRole('button', { name: 'Copy the id' }));
  expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy();
  expect(await navigator.clipboard.readText()).toBe('req_1');
  vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('denied'));
  rerender(<CopyButton key="other" text="req_2" label="Copy the other" />);
  await user.click(screen.getByRole('button', { name: 'Copy the other' }));
  expect(screen.getByRole('button', { name: 'Copy the other' })).toBeTruthy();
});
