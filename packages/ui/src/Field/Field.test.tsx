// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { Field, Input } from './Field.tsx';

afterEach(cleanup);

it('ties label, hint and error to its control', () => {
  render(
    <Field label="Memory" hint="in MB" error="a whole number">
      <Input defaultValue="1.5" />
    </Field>,
  );
  const input = screen.getByRole('textbox', { name: 'Memory' });
  expect(input.getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByText('a whole number')).toBeTruthy();
});
