import { describe, expect, it } from 'vitest';
import { narrowModel as model } from './narrowModel.ts';

const start = model.start(true, {});

describe('narrowModel', () => {
  it('starts with the screen, or the activity where there is none, or what the address says', () => {
    expect(start.tab).toBe('screen');
    expect(model.start(false, {}).tab).toBe('activity');
    expect(model.start(true, { file: '/a.ts', line: 3 })).toMatchObject({
      tab: 'files',
      file: { path: '/a.ts', line: 3 },
    });
    expect(model.start(true, { pane: 'no-such-pane' })).toEqual(start);
  });

  it('opens a file in front of the tree and comes back to it', () => {
    const open = model.openFile(start, '/a.ts');
    expect(model.shown(open, undefined)).toEqual({ file: '/a.ts' });
    expect(model.pick(model.pick(open, 'screen'), 'files').file?.path).toBe('/a.ts');
    expect(model.back(open)).toMatchObject({ tab: 'files', file: undefined });
  });

  it('shows panes without a tab under Actions, and the list again when it is picked twice', () => {
    const machine = model.show(start, 'machine');
    expect(machine).toMatchObject({ tab: 'actions', other: 'machine' });
    expect(model.pick(machine, 'actions').other).toBe(undefined);
    expect(model.back(machine).other).toBe(undefined);
  });

  it('says what a link should point at', () => {
    expect(model.shown(start, 'term_1')).toEqual({ pane: 'screen' });
    expect(model.shown(model.pick(start, 'terminal'), 'term_1')).toEqual({ terminal: 'term_1' });
    expect(model.shown(model.pick(start, 'actions'), 'term_1')).toEqual({});
  });
});
