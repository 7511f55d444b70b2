// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { IconButton } from './IconButton.tsx';

afterEach(cleanup);

it('has a name and says whether it is pressed', () => {
  render(
    <IconButton label="Cards" pressed>
      <svg aria-hidden="true" />
    </IconButton>,
  );
  expect(screen.getByRole('button', { name: 'Cards', pressed: true })).toBeTruthy();
});
