// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { ProgressBar } from './ProgressBar.tsx';

afterEach(cleanup);

it('says how far it is, in numbers', () => {
  render(<ProgressBar label="Upload" value={12} most={40} text="12 of 40 MB" />);
  const bar = screen.getByRole('progressbar', { name: 'Upload' });
  expect(bar.getAttribute('aria-valuenow')).toBe('12');
  expect(bar.getAttribute('aria-valuetext')).toBe('12 of 40 MB');
});

it('has no number when nobody knows, and none beyond its end', () => {
  const { rerender } = render(<ProgressBar label="Upload" value={null} />);
  expect(screen.getByRole('progressbar').hasAttribute('aria-valuenow')).toBe(false);
  rerender(<ProgressBar label="Upload" value={140} />);
  expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('100');
});
