// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { Select } from './Select.tsx';

afterEach(cleanup);

it('opens and chooses by keyboard', async () => {
  const choose = vi.fn();
  render(
    <Select
      label="Size"
      value="small"
      options={[
        { value: 'small', label: 'Small' },
        { value: 'large', label: 'Large' },
      ]}
      onChange={choose}
    />,
  );
  screen.getByRole('combobox', { name: 'Size' }).focus();
  await userEvent.keyboard('{Enter}');
  await screen.findByRole('option', { name: 'Large' });
  await userEvent.keyboard('{ArrowDown}{Enter}');
  await vi.waitFor(() => expect(choose).toHaveBeenCalledWith('large'));
});
