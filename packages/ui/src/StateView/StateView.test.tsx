// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { LoadingState } from './LoadingState.tsx';
import { StaleNote } from './StaleNote.tsx';

afterEach(cleanup);

it('says in words what cannot be seen yet, and what is not of now', () => {
  render(
    <>
      <LoadingState label="Reading the list…" />
      <StaleNote>As it was 40 s ago.</StaleNote>
    </>,
  );
  expect(screen.getAllByRole('status').map((each) => each.textContent)).toEqual([
    'Reading the list…',
    'As it was 40 s ago.',
  ]);
});
