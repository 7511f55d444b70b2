import type { FindResult } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { emptyQuestion, FindModel } from './findModel.ts';

const line = (path: string, at: number): FindResult => ({
  kind: 'line',
  path,
  line: at,
  column: 1,
  text: 'total',
  ranges: [[0, 5]],
});
const end: FindResult = { kind: 'end', files: 2, lines: 3, cut: null, problem: null };

function stream(results: readonly FindResult[], ...sizes: number[]): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(results.map((each) => `${JSON.stringify(each)}\n`).join(''));
  return new ReadableStream({
    start(controller) {
      let at = 0;
      for (const size of [...sizes, bytes.length]) {
        controller.enqueue(bytes.subarray(at, at + size));
        at += size;
      }
      controller.close();
    },
  });
}

const question = { ...emptyQuestion, query: 'total' };

it('gathers by file, however the bytes come', async () => {
  const results = [line('/a', 1), line('/a', 7), line('/b', 2), end];
  const model = new FindModel({ open: async () => stream(results, 3, 90, 1) });
  await model.start(question);
  expect(model.state).toMatchObject({
    phase: 'done',
    lines: 3,
    files: [
      { path: '/a', lines: [{ line: 1 }, { line: 7 }] },
      { path: '/b', lines: [{ line: 2 }] },
    ],
  });
});

it('drops what an earlier question still brings', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const model = new FindModel({
    open: async ({ query }, signal) => {
      if (query === 'slow') await held;
      signal.throwIfAborted();
      return stream([line(query === 'slow' ? '/old' : '/new', 1), end]);
    },
  });
  const first = model.start({ ...question, query: 'slow' });
  await model.start(question);
  release();
  await first;
  expect(model.state.files.map((file) => file.path)).toEqual(['/new']);
});

it('keeps what was found when it is stopped, and says when it broke off', async () => {
  const model = new FindModel({ open: async () => stream([line('/a', 1)]) });
  await model.start(question);
  expect(model.state).toMatchObject({ phase: 'failed', lines: 1 });
  const going = model.start(question);
  model.stop();
  await going;
  expect(model.state).toMatchObject({ phase: 'stopped', lines: 1 });
});
