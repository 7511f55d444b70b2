// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { Choice } from './Choice.tsx';

afterEach(cleanup);

it('is a group of radios of which one is chosen', async () => {
  const choose = vi.fn();
  const options = ['a', 'b'].map((value) => ({ value, label: `Kind ${value}`, text: 'A line', icon: null }));
  render(<Choice label="Kind" value="a" options={options} onChange={choose} />);
  expect(screen.getByRole('radio', { name: 'Kind a', checked: true })).toBeTruthy();
  await userEvent.click(screen.getByRole('radio', { name: 'Kind b' }));
  expect(choose).toHaveBeenCalledWith('b');
});
