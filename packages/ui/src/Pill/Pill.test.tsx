// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { Pill } from './Pill.tsx';

afterEach(cleanup);

it('says its state in words, not by colour alone', () => {
  render(
    <Pill tone="warn" moving>
      Freezing…
    </Pill>,
  );
  expect(screen.getByText('Freezing…')).toBeTruthy();
});
