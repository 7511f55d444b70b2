import type { ScreenWindows } from '@sandglass/protocol';
import { describe, expect, it } from 'vitest';
import { person, TestWorld } from './testWorld.ts';
import { whatChanged } from './windowTracker.ts';

const windows = (...titles: readonly string[]): ScreenWindows => ({
  windows: titles.map((title, at) => ({ id: at + 1, title, application: 'Editor' })),
  active: titles.length === 0 ? null : titles.length,
});

describe('what changed among the windows', () => {
  it('names what opened, closed and got another title', () => {
    expect(whatChanged(windows('a', 'b'), windows('a', 'c', 'd'))).toMatchObject({
      opened: [3],
      closed: [],
      titled: [{ id: 2, before: 'b' }],
      active: 3,
    });
    expect(whatChanged(windows('a', 'b'), windows('a'))).toMatchObject({
      opened: [],
      closed: [{ id: 2, title: 'b' }],
      active: 1,
    });
  });

  it('is nothing when nothing is different', () => {
    expect(whatChanged(windows('a'), windows('a'))).toBeUndefined();
    expect(whatChanged(windows('a', 'b'), { ...windows('a', 'b'), active: 1 })).toMatchObject({
      opened: [],
      active: 1,
    });
  });

  it('takes a number that another program was given for another window', () => {
    const before = { windows: [{ id: 1, title: 'notes', application: 'Editor' }], active: 1 };
    const now = { windows: [{ id: 1, title: 'a page', application: 'Chromium' }], active: 1 };
    expect(whatChanged(before, now)).toMatchObject({ opened: [1], closed: [{ title: 'notes' }], titled: [] });
  });
});

describe('windows in the log', () => {
  it('are told once each, on one line, without secrets, and go on after a restart', async () => {
    await using world = await TestWorld.open();
    const { id } = await world.create({ secrets: { API_TOKEN: 'abcdef-secret-value' } });
    world.host.machines.get(id)?.showWindows(windows('notes.txt\u202e\n\u0007', 'login abcdef-secret-value'));
    world.host.machines.get(id)?.showWindows(windows('notes.txt\u202e\n\u0007', 'login abcdef-secret-value'));
    const told = () => world.events(id, 'windows.changed');
    expect(told()).toHaveLength(1);
    expect(told()[0]?.windows[0]?.title).toBe('notes.txt');
    expect(JSON.stringify(told())).not.toContain('abcdef-secret-value');

    await world.restart();
    world.host.machines.get(id)?.showWindows(windows('notes.txt', 'login abcdef-secret-value'));
    expect(told()).toHaveLength(1);
    world.host.machines.get(id)?.showWindows(windows('notes.txt'));
    expect(told().at(-1)).toMatchObject({ opened: [], closed: [{ id: 2 }], active: 1 });
  });

  it('of a private moment are not kept; what is open after it is', async () => {
    await using world = await TestWorld.open();
    const { id } = await world.create();
    const told = () => world.events(id, 'windows.changed');
    world.host.machines.get(id)?.showWindows(windows('before'));
    const { privacy } = world.services;
    privacy.start(person, id, 60_000);
    world.host.machines.get(id)?.showWindows(windows('before', 'my mailbox'));
    world.host.machines.get(id)?.showWindows(windows('after'));
    expect(told()).toHaveLength(1);
    privacy.end(person, id);
    await Promise.resolve();
    expect(told()).toHaveLength(2);
    expect(told().at(-1)).toMatchObject({ windows: [{ title: 'after' }], titled: [{ before: 'before' }], closed: [] });
    expect(JSON.stringify(told())).not.toContain('mailbox');
  });
});
