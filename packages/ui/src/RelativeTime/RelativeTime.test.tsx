// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { RelativeTime } from './RelativeTime.tsx';
import { formatAge } from './relative.ts';

afterEach(cleanup);

it('shows the age and carries the exact time', () => {
  render(<RelativeTime atMs={1_000} nowMs={121_000} />);
  expect(screen.getByText('2m').getAttribute('datetime')).toBe('1970-01-01T00:00:01.000Z');
  expect([-5, 59_000, 3_600_000, 90_000_000].map(formatAge)).toEqual(['0s', '59s', '1h', '1d']);
});
