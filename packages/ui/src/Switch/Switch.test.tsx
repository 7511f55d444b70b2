// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { Switch } from './Switch.tsx';

afterEach(cleanup);

it('tells the wish and leaves the state to its owner', async () => {
  const flip = vi.fn();
  render(<Switch label="Copy first" checked={false} onChange={flip} />);
  await userEvent.click(screen.getByRole('switch', { name: 'Copy first' }));
  expect(flip.mock.calls[0]?.[0]).toBe(true);
  expect(screen.getByRole('switch', { checked: false })).toBeTruthy();
});
