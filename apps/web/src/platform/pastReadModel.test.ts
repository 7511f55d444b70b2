import type { Recording } from '@sandglass/replay';
import { expect, it, vi } from 'vitest';
import { PastReadModel } from './pastReadModel.ts';

type Head = { phase: 'live' } | { phase: 'past'; atUs: number };

function playhead(first: Head) {
  let state = { head: first };
  const listeners = new Set<() => void>();
  return {
    get state() {
      return state as never;
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    recordingAt: async () => ({}) as Recording,
    go(head: Head) {
      state = { head };
      for (const listener of listeners) listener();
    },
  };
}

it('reads the moment that is shown, the last one asked for, and nothing when live', async () => {
  const head = playhead({ phase: 'live' });
  const answers: (() => void)[] = [];
  const read = vi.fn(
    (_: Recording, atUs: number) =>
      new Promise<string | undefined>((resolve) => {
        answers.push(() => resolve(atUs === 0 ? undefined : `at ${atUs}`));
      }),
  );
  const model = new PastReadModel(head, read);
  const stop = model.follow();
  expect(model.state).toEqual({ phase: 'live' });
  head.go({ phase: 'past', atUs: 1 });
  expect(model.state).toEqual({ phase: 'reading' });
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  head.go({ phase: 'past', atUs: 2 });
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]!();
  await vi.waitFor(() => expect(model.state).toEqual({ phase: 'shown', value: 'at 2' }));
  answers[0]!();
  await Promise.resolve();
  expect(model.state).toMatchObject({ value: 'at 2' });
  head.go({ phase: 'past', atUs: 0 });
  expect(model.state).toMatchObject({ phase: 'shown' });
  await vi.waitFor(() => expect(answers).toHaveLength(3));
  answers[2]!();
  await vi.waitFor(() => expect(model.state).toEqual({ phase: 'none' }));
  head.go({ phase: 'live' });
  expect(model.state).toEqual({ phase: 'live' });
  stop();
});

it('says what went wrong, and tries again', async () => {
  const head = playhead({ phase: 'past', atUs: 5 });
  let works = false;
  const model = new PastReadModel(head, async () => {
    if (!works) throw new Error('gone');
    return 'there';
  });
  model.follow();
  await vi.waitFor(() => expect(model.state).toMatchObject({ phase: 'failed' }));
  works = true;
  model.retry();
  await vi.waitFor(() => expect(model.state).toMatchObject({ phase: 'shown', value: 'there' }));
});
