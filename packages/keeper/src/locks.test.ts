import { expect, it } from 'vitest';
import { Locks, Slots } from './locks.ts';

const gate = () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

it('does one thing at a time for a name, also after a failure', async () => {
  const locks = new Locks();
  const seen: string[] = [];
  const first = gate();
  const failing = locks.hold('a', async () => {
    await first.opened;
    seen.push('first');
    throw new Error('no');
  });
  const second = locks.hold('a', async () => {
    seen.push('second');
  });
  await locks.hold('b', async () => {
    seen.push('other');
  });
  first.open();
  await expect(failing).rejects.toThrow('no');
  await second;
  expect(seen).toEqual(['other', 'first', 'second']);
});

it('lets so many in at once', async () => {
  const slots = new Slots(2);
  const gates = [gate(), gate(), gate()];
  let inside = 0;
  let most = 0;
  const all = gates.map(({ opened }) =>
    slots.use(async () => {
      most = Math.max(most, ++inside);
      await opened;
      inside--;
    }),
  );
  for (const { open } of gates) open();
  await Promise.all(all);
  expect(most).toBe(2);
});
