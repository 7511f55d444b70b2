import { expect, it } from 'vitest';
import { RecentModel } from './recent.ts';

it('keeps the last few, each once, the newest first', () => {
  const model = new RecentModel(undefined);
  for (const action of ['a', 'b', 'a', 'c']) model.did(action);
  expect(model.state.actions).toEqual(['c', 'a', 'b']);
  for (let count = 0; count < 9; count++) model.openedFile('sbx_1', `/f${count}`);
  model.openedFile('sbx_1', '/f5');
  model.openedFile('sbx_2', '/f5');
  expect(model.state.files.slice(0, 2)).toEqual([
    { sandbox: 'sbx_2', path: '/f5' },
    { sandbox: 'sbx_1', path: '/f5' },
  ]);
  expect(model.state.files).toHaveLength(6);
});

it.each([null, 7, 'x', { actions: 'all' }, { files: [{ path: 3 }] }])('takes %j for nothing', (stored) => {
  expect(new RecentModel(stored).state).toEqual({ actions: [], sandboxes: [], files: [] });
});
