// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { Button } from './Button.tsx';

afterEach(cleanup);

it('cannot be pressed twice while what it asked for is on its way', async () => {
  const press = vi.fn();
  const { rerender } = render(<Button onClick={press}>Freeze</Button>);
  await userEvent.click(screen.getByRole('button', { name: 'Freeze' }));
  rerender(
    <Button onClick={press} busy>
      Freezing…
    </Button>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Freezing…' }));
  expect(press).toHaveBeenCalledTimes(1);
  expect(screen.getByRole('button').getAttribute('aria-busy')).toBe('true');
});
