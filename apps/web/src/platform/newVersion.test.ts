import { expect, it, vi } from 'vitest';
import { findEntry, NewVersionModel } from './newVersion.ts';

const page = (name: string) =>
  `<!doctype html><script src="/theme.js"></script><script type="module" crossorigin src="/assets/${name}.js"></script>`;

it('finds the entry of a page of ours, and none in any other', () => {
  expect(findEntry(page('index-a'))).toBe('/assets/index-a.js');
  expect(findEntry('<!doctype html><h1>The console is not built yet</h1>')).toBeUndefined();
  expect(findEntry('<script type="module" src="https://elsewhere.test/assets/x.js"></script>')).toBeUndefined();
});

it('is ready when the server starts another script, and stays so without asking again', async () => {
  const readPage = vi.fn(async () => page('index-b'));
  const model = new NewVersionModel({ own: '/assets/index-a.js', readPage });
  await model.check();
  expect(model.state.newer).toBe(true);
  await model.check();
  expect(readPage).toHaveBeenCalledTimes(1);
});

it('says nothing for the same build, a silent server, a page of something else, or a page that was not built', async () => {
  for (const [own, readPage] of [
    ['/assets/index-a.js', async () => page('index-a')],
    ['/assets/index-a.js', async () => '<h1>not built</h1>'],
    ['/assets/index-a.js', () => Promise.reject(new Error('gone'))],
    [undefined, async () => page('index-b')],
  ] as const) {
    const model = new NewVersionModel({ own, readPage });
    await model.check();
    expect(model.state.newer).toBe(false);
  }
});

it('asks once at a time', async () => {
  const readPage = vi.fn(async () => page('index-a'));
  const model = new NewVersionModel({ own: '/assets/index-a.js', readPage });
  await Promise.all([model.check(), model.check(), model.check()]);
  expect(readPage).toHaveBeenCalledTimes(1);
});

it('counts the parts that could not be had, and asks whether there is a newer build', async () => {
  const readPage = vi.fn(async () => page('index-b'));
  const model = new NewVersionModel({ own: '/assets/index-a.js', readPage });
  model.handleMissing();
  model.handleMissing();
  expect(model.state).toEqual({ newer: false, misses: 2 });
  await model.check();
  expect(model.state).toEqual({ newer: true, misses: 2 });
  expect(readPage).toHaveBeenCalledTimes(1);
});
