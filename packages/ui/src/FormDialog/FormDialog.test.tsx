// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { Field, Input, TextArea } from '../Field/Field.tsx';
import { FormDialog } from './FormDialog.tsx';

afterEach(cleanup);

const submit = vi.fn();
const form = (busy: boolean) => (
  <FormDialog open onOpenChange={() => {}} title="Rename" submitLabel="Rename" busy={busy} onSubmit={submit}>
    <Field label="Name">
      <Input defaultValue="a" />
    </Field>
  </FormDialog>
);

it('is sent by Enter in a field, once: not again while it is under way', async () => {
  const { rerender } = render(form(false));
  const input = await screen.findByRole('textbox', { name: 'Name' });
  await userEvent.type(input, 'b{Enter}');
  expect(submit).toHaveBeenCalledTimes(1);
  rerender(form(true));
  await userEvent.type(input, '{Enter}');
  expect(submit).toHaveBeenCalledTimes(1);
  expect((input as HTMLInputElement).value).toBe('ab');
});

it('is sent with Ctrl from a text, where Enter is a line', async () => {
  const send = vi.fn();
  render(
    <FormDialog open onOpenChange={() => {}} title="Reject" submitLabel="Reject" onSubmit={send}>
      <Field label="Why">
        <TextArea />
      </Field>
    </FormDialog>,
  );
  const text = await screen.findByRole('textbox', { name: 'Why' });
  await userEvent.type(text, 'no{Enter}more');
  expect(send).not.toHaveBeenCalled();
  await userEvent.keyboard('{Control>}{Enter}{/Control}');
  expect(send).toHaveBeenCalledTimes(1);
  expect((text as HTMLTextAreaElement).value).toBe('no\nmore');
});
