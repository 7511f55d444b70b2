// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { Sheet } from './Sheet.tsx';

afterEach(cleanup);

it('is a named dialog at the edge it was told', async () => {
  render(<Sheet open onOpenChange={() => {}} title="New list" side="bottom" />);
  expect((await screen.findByRole('dialog', { name: 'New list' })).className).toContain('ui-sheet-bottom');
});
