import { expect, it } from 'vitest';
import { asPart, isMissingPart, MissingPart, watchMissingParts } from './missingPart.ts';

const tell = (page: EventTarget, payload: unknown) =>
  page.dispatchEvent(Object.assign(new Event('vite:preloadError'), { payload }));

it('knows the errors that it was told of, whatever they say, and no others', () => {
  const page = new EventTarget();
  watchMissingParts(page);
  const told = new TypeError('in any words');
  tell(page, told);
  expect(isMissingPart(told)).toBe(true);
  expect(isMissingPart(new TypeError('in any words'))).toBe(false);
  for (const other of [undefined, null, 'text', 404]) {
    tell(page, other);
    expect(isMissingPart(other)).toBe(false);
  }
});

it('gives a failed import an error of its own, and leaves a part that broke by itself alone', async () => {
  const page = new EventTarget();
  watchMissingParts(page);
  const gone = new TypeError('gone');
  tell(page, gone);
  const failed = await asPart(() => Promise.reject(gone))().catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(MissingPart);
  expect(failed).toMatchObject({ cause: gone });
  expect(isMissingPart(failed)).toBe(true);
  const broken = new Error('at its first line');
  await expect(asPart(() => Promise.reject(broken))()).rejects.toBe(broken);
  await expect(asPart(() => Promise.resolve(1))()).resolves.toBe(1);
});
