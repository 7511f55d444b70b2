// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { Component, lazy, type ReactNode } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { LazyPart } from './LazyPart.tsx';
import { MissingPart } from './missingPart.ts';
import { newVersion } from './newVersion.ts';

afterEach(cleanup);

const failing = (error: Error) => lazy(() => Promise.reject(error)) as unknown as () => ReactNode;

class Outer extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null };
  static getDerivedStateFromError = (error: Error) => ({ error });
  override render() {
    return this.state.error === null ? this.props.children : `outside: ${this.state.error.message}`;
  }
}

it('a part that is missing leaves the rest of the page, is said in its place, and again when it is asked for again', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const Gone = failing(new MissingPart('gone'));
  const before = newVersion.state.misses;
  const page = (asked: boolean) => (
    <>
      beside
      <LazyPart missing="not here any more" asked={asked}>
        <Gone />
      </LazyPart>
    </>
  );
  const { rerender } = render(page(true));
  await screen.findByText(/beside.*not here any more/s);
  expect(newVersion.state.misses).toBe(before + 1);
  rerender(page(true));
  rerender(page(false));
  expect(newVersion.state.misses).toBe(before + 1);
  rerender(page(true));
  expect(newVersion.state.misses).toBe(before + 2);
});

it('a part that broke is not taken for a missing one', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const Broken = failing(new Error('at its first line'));
  render(
    <Outer>
      <LazyPart missing="not here any more">
        <Broken />
      </LazyPart>
    </Outer>,
  );
  await screen.findByText('outside: at its first line');
});
