// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { ErrorState } from './ErrorState.tsx';

afterEach(cleanup);

it('is announced and shows the id to quote', () => {
  render(
    <ErrorState title="It did not work" id="req_1">
      Nothing was changed.
    </ErrorState>,
  );
  expect(screen.getByRole('alert').textContent).toContain('req_1');
});
