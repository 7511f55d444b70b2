import { AppError } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { freeNames } from './freeNames.ts';

const among = (taken: readonly string[]) => async (name: string) => {
  if (taken.includes(name)) throw new AppError('conflict', 'It exists.');
  return name;
};

it('takes the name, or the next that is free, and never a folder', async () => {
  expect(await freeNames('report.pdf', among([]))).toBe('report.pdf');
  expect(await freeNames('report.pdf', among(['report.pdf', 'report (2).pdf']))).toBe('report (3).pdf');
  expect(await freeNames('.env', among(['.env']))).toBe('.env (2)');
  expect(await freeNames('../../etc/passwd', among([]))).toBe('.._.._etc_passwd');
});

it('gives up on what another name does not help', async () => {
  const full = async () => {
    throw new AppError('noSpace', 'The disk is full.');
  };
  await expect(freeNames('a', full)).rejects.toMatchObject({ code: 'noSpace' });
});
