// @vitest-environment jsdom
import { beforeEach, expect, it } from 'vitest';
import { isSameLook, SavedViewsModel } from './savedViews.ts';

beforeEach(() => localStorage.clear());

it('are kept for a person, renamed, replaced and deleted', () => {
  const model = new SavedViewsModel('tok_a');
  expect(model.save(' Failed ', { show: 'failed' })).toBeUndefined();
  expect(model.save('Mine', { labels: ['team=web'], view: 'list' })).toBeUndefined();
  expect(model.save('Failed', { show: 'needs' })).toBeUndefined();
  expect(model.rename('Mine', 'Failed')).toBe('Another view has this name.');
  expect(model.rename('Mine', 'Ours')).toBeUndefined();
  expect(new SavedViewsModel('tok_a').state).toEqual([
    { name: 'Ours', look: { labels: ['team=web'], view: 'list' } },
    { name: 'Failed', look: { show: 'needs' } },
  ]);
  model.remove('Ours');
  expect(new SavedViewsModel('tok_a').state).toHaveLength(1);
  expect(new SavedViewsModel('tok_b').state).toEqual([]);
});

it('refuse a name that cannot be read, and storage that makes no sense', () => {
  const model = new SavedViewsModel('tok_a');
  for (const name of ['', '   ', 'a\u202eb', 'x'.repeat(41)]) expect(model.save(name, {}), name).toBeTypeOf('string');
  expect(model.state).toEqual([]);
  localStorage.setItem('sandglass.wall.views.tok_a', '[{"name":1}]');
  expect(new SavedViewsModel('tok_a').state).toEqual([]);
});

it('look the same whatever is left out', () => {
  expect(isSameLook({}, { show: 'all', find: '', labels: [], sort: 'needs', view: 'cards' })).toBe(true);
  expect(isSameLook({ labels: ['a', 'b'] }, { labels: ['b', 'a'] })).toBe(true);
  expect(isSameLook({ sort: 'name' }, {})).toBe(false);
});
