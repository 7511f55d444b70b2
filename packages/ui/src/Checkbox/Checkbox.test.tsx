// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { Checkbox } from './Checkbox.tsx';

afterEach(cleanup);

it('is pressed by its words, too, and tells which keys were held', async () => {
  const change = vi.fn();
  render(
    <Checkbox checked={false} onChange={change}>
      Make a copy first
    </Checkbox>,
  );
  await userEvent.click(screen.getByText('Make a copy first'));
  expect(change).toHaveBeenCalledTimes(1);
  expect(change.mock.calls[0]?.[0]).toBe(true);
  expect(change.mock.calls[0]?.[1]).toBeInstanceOf(Event);
});

it('says that a part is chosen', () => {
  render(<Checkbox label="All" checked={false} some onChange={() => {}} />);
  expect(screen.getByRole('checkbox', { name: 'All' }).getAttribute('aria-checked')).toBe('mixed');
});
