import type { Viewer } from '@sandglass/protocol';
import { describe, expect, it } from 'vitest';
import { colorOf, initialsOf, PresenceModel, VIEWER_COLORS } from './presence.ts';

const viewer = (id: string, you = false): Viewer => ({
  id,
  name: id,
  role: 'viewer',
  kind: 'person',
  sinceMs: 0,
  windows: 1,
  you,
});

describe('PresenceModel', () => {
  it('puts the person at this page first, and forgets all when the connection breaks', () => {
    const model = new PresenceModel();
    let handlers: { onMessage?: (message: never) => void; onLost?: () => void } = {};
    const subscribe = (_: unknown, given: typeof handlers) => {
      handlers = given;
      return { close: () => undefined };
    };
    model.follow({ subscribe } as never, 'sbx_a' as never);
    handlers.onMessage?.({ type: 'presence', viewers: [viewer('a'), viewer('b', true), viewer('c')] } as never);
    expect(model.state.map(({ id }) => id)).toEqual(['b', 'a', 'c']);
    handlers.onLost?.();
    expect(model.state).toEqual([]);
  });
});

describe('initialsOf', () => {
  it.each([
    ['Reviewer 2', 'R2'],
    ['Maria Kern', 'MK'],
    ['judge', 'J'],
    ['élise de la Tour', 'ÉT'],
    ['\u202e\u200b', '?'],
    ['<b>', 'B'],
    ['王小明', '王'],
    ['', '?'],
  ])('%j is %s', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});

it('gives one of the colours, always the same', () => {
  for (const id of ['vw_1', 'vw_2', 'vw_cafe']) {
    expect(colorOf(id)).toBe(colorOf(id));
    expect(colorOf(id)).toBeGreaterThanOrEqual(1);
    expect(colorOf(id)).toBeLessThanOrEqual(VIEWER_COLORS);
  }
});
