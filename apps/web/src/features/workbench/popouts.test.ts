import type { SerializedDockview } from 'dockview-react';
import { describe, expect, it } from 'vitest';
import { dockPoppedOut } from './popouts.ts';

const leaf = (id: string, views: string[], more: object = {}) => ({
  type: 'leaf',
  size: 100,
  data: { id, views, activeView: views[0] },
  ...more,
});
const layout = (leaves: object[], panels: string[], popoutGroups: object[] = []) =>
  ({
    grid: { root: { type: 'branch', data: leaves, size: 1 }, width: 1, height: 1, orientation: 'HORIZONTAL' },
    panels: Object.fromEntries(panels.map((id) => [id, { id, contentComponent: 'pane' }])),
    popoutGroups,
  }) as unknown as SerializedDockview;
const groups = (given: SerializedDockview) =>
  (given.grid.root.data as unknown as { data: { id: string; views: string[]; activeView: string } }[]).map(
    ({ data }) => `${data.id}: ${data.views.join(' ')} (${data.activeView})`,
  );

describe('dockPoppedOut', () => {
  it('puts a window back where it came from, shown', () => {
    const saved = layout(
      [leaf('1', ['files']), leaf('2', [], { visible: false })],
      ['files', 'screen'],
      [{ data: { id: '9', views: ['screen'], activeView: 'screen' }, gridReferenceGroup: '2', position: null }],
    );
    const put = dockPoppedOut(saved);
    expect(groups(put)).toEqual(['1: files (files)', '2: screen (screen)']);
    expect(put).not.toHaveProperty('popoutGroups');
    expect((put.grid.root.data as unknown as { visible?: boolean }[])[1]?.visible).toBe(true);
    expect(saved).toHaveProperty('popoutGroups');
  });

  it('puts it into the first group when its own is gone, and leaves out what no group holds', () => {
    const put = dockPoppedOut(
      layout(
        [leaf('1', ['files'])],
        ['files', 'screen', 'lost'],
        [{ data: { id: '9', views: ['screen'], activeView: 'screen' } }],
      ),
    );
    expect(groups(put)).toEqual(['1: files screen (screen)']);
    expect(Object.keys(put.panels)).toEqual(['files', 'screen']);
  });

  it('changes nothing of a layout without windows', () => {
    const saved = layout([leaf('1', ['files', 'screen'])], ['files', 'screen']);
    expect(groups(dockPoppedOut(saved))).toEqual(groups(saved));
  });
});
