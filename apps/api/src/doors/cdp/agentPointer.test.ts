import { expect, it, vi } from 'vitest';
import { AgentPointer } from './agentPointer.ts';
import type { Answer } from './message.ts';

const placed: Answer = { result: { result: { value: [10, 100, 1, 1280] } } };

function pointer(options: { isHeadless?: boolean; answers?: (Answer | null)[] } = {}) {
  const marks: number[][] = [];
  let nowMs = 0;
  let asked = 0;
  const answers = options.answers ?? [placed];
  const made = new AgentPointer({
    track: { move: (...mark) => void marks.push(mark), close: () => {} },
    isHeadless: () => options.isHeadless === true,
    ask: async () => answers[Math.min(asked++, answers.length - 1)] ?? null,
    nowMs: () => nowMs,
  });
  const press = (session: string | undefined = 'S') =>
    made.follow('Input.dispatchMouseEvent', { type: 'mousePressed', x: 5, y: 6, button: 'left' }, session);
  return { made, marks, press, asked: () => asked, later: (ms: number) => (nowMs += ms) };
}

it('stands where the page is, which is looked for again after a while', async () => {
  const { marks, press, asked, later } = pointer();
  press();
  press();
  await vi.waitFor(() =>
    expect(marks).toEqual([
      [15, 106, 1],
      [15, 106, 1],
    ]),
  );
  expect(asked()).toBe(1);
  later(2_001);
  press();
  await vi.waitFor(() => expect(marks).toHaveLength(3));
  expect(asked()).toBe(2);
});

it('of a sandbox without a desktop the page is the screen; a page that says nothing has no place', async () => {
  const headless = pointer({ isHeadless: true });
  headless.press();
  await vi.waitFor(() => expect(headless.marks).toEqual([[5, 6, 1]]));
  expect(headless.asked()).toBe(0);
  const silent = pointer({ answers: [null, placed] });
  silent.press();
  silent.later(2_001);
  silent.press();
  await vi.waitFor(() => expect(silent.marks).toEqual([[15, 106, 1]]));
});

it('is nowhere when its client has gone', async () => {
  const { made, marks, press } = pointer();
  press();
  made.close();
  await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  expect(marks).toEqual([]);
});
