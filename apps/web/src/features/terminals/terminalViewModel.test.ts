import { expect, it } from 'vitest';
import { TerminalViewModel } from './terminalViewModel.ts';

it('offers what a program wants on the clipboard, the newest only, until this terminal is refused', () => {
  const view = new TerminalViewModel();
  view.offerClipboard({ text: 'a', sizeBytes: 1 });
  view.offerClipboard({ text: 'b', sizeBytes: 1 });
  expect(view.state.clipboard?.text).toBe('b');
  view.dropClipboard({ always: false });
  view.offerClipboard({ text: 'c', sizeBytes: 1 });
  expect(view.state.clipboard?.text).toBe('c');
  view.dropClipboard({ always: true });
  view.offerClipboard({ text: 'd', sizeBytes: 1 });
  expect(view.state.clipboard).toBeNull();
});

it('shows a bell that is rung in a loop as a slow one', () => {
  let nowMs = 0;
  const view = new TerminalViewModel(() => nowMs);
  expect([view.ring(), view.ring()]).toEqual([true, false]);
  nowMs = 500;
  expect(view.ring()).toBe(true);
  expect(view.state.bells).toBe(2);
});
