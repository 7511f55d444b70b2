// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { Segments } from './Segments.tsx';

afterEach(cleanup);

it('tells what was chosen', async () => {
  const choose = vi.fn();
  render(
    <Segments
      label="Show"
      value="all"
      segments={[
        { value: 'all', label: 'All' },
        { value: 'open', label: 'Open' },
      ]}
      onChange={choose}
    />,
  );
  expect(screen.getByRole('button', { name: 'All', pressed: true })).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Open' }));
  expect(choose).toHaveBeenCalledWith('open');
});

it('keeps one pressed: pressing it again changes nothing', async () => {
  const choose = vi.fn();
  render(<Segments label="Show" value="all" segments={[{ value: 'all', label: 'All' }]} onChange={choose} />);
  await userEvent.click(screen.getByRole('button', { name: 'All' }));
  expect(choose).not.toHaveBeenCalled();
});
