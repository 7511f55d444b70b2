import { AppError } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { patiently } from './patience.ts';

const slow = new AppError('timeout', 'The browser did not answer Page.navigate in time.');

function world({ fails, error = slow, lives = 99 }: { fails: number; error?: unknown; lives?: number }) {
  const said: string[] = [];
  let tries = 0;
  const doing = patiently(
    async () => {
      if (++tries <= fails) throw error;
      return 'done';
    },
    {
      isAlive: async () => tries <= lives,
      onSlow: async (time, words) => void said.push(`${time}: ${words}`),
    },
  );
  return { doing, said, tries: () => tries };
}

it('waits for a browser that is slow as long as it lives, and says what is slow', async () => {
  const { doing, said } = world({ fails: 3 });
  expect(await doing).toBe('done');
  expect(said).toEqual([1, 2, 3].map((time) => `${time}: ${slow.message}`));
});

it('ends with clear words: the browser has gone, or it was too slow for too long', async () => {
  await expect(world({ fails: 3, lives: 1 }).doing).rejects.toThrow(`The browser does not run. ${slow.message}`);
  const { doing, tries } = world({ fails: 99 });
  await expect(doing).rejects.toThrow(/too slow on this machine \(tried 6 times\).*Page\.navigate/);
  expect(tries()).toBe(6);
});

it('what was refused, or went wrong otherwise, is not tried again', async () => {
  const { doing, tries } = world({ fails: 1, error: new AppError('rejected', 'No.') });
  await expect(doing).rejects.toThrow('No.');
  expect(tries()).toBe(1);
});
