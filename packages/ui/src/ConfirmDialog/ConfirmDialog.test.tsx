// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { ConfirmDialog } from './ConfirmDialog.tsx';

afterEach(cleanup);

const confirm = vi.fn();
const close = vi.fn();
const usual = {
  open: true,
  onOpenChange: close,
  onConfirm: confirm,
  title: 'Remove it?',
  confirmLabel: 'Remove',
  cancelLabel: 'Keep it',
};

it('says what is lost and kept, starts at the way out, and leaves closing to its owner', async () => {
  confirm.mockReset();
  render(<ConfirmDialog {...usual} consequences={[{ word: 'Lost', text: 'its text' }]} />);
  const dialog = await screen.findByRole('dialog', { name: 'Remove it?' });
  expect(dialog.textContent).toContain('Lost: its text');
  await vi.waitFor(() => expect(document.activeElement?.textContent).toBe('Keep it'));
  await userEvent.click(screen.getByRole('button', { name: 'Remove' }));
  expect(confirm).toHaveBeenCalledTimes(1);
  expect(close).not.toHaveBeenCalled();
});

it('cannot be confirmed again while it is under way, and can still be left', async () => {
  confirm.mockReset();
  render(<ConfirmDialog {...usual} busy busyLabel="Removing…" />);
  await userEvent.click(await screen.findByRole('button', { name: 'Removing…' }));
  expect(confirm).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole('button', { name: 'Keep it' }));
  expect(close).toHaveBeenCalledWith(false);
});
