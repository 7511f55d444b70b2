// @vitest-environment jsdom
import { act, createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { actions } from './actions.ts';
import { useAction } from './useAction.ts';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

function Feature({ title, blocked, run }: { title: string; blocked?: string | undefined; run: () => void }) {
  useAction({ id: 'test.do', title, group: 'Test', blocked, run });
  return null;
}

describe('useAction', () => {
  const root = createRoot(document.createElement('div'));
  const draw = (props: Parameters<typeof Feature>[0]) => act(() => root.render(createElement(Feature, props)));
  afterEach(() => act(() => root.render(null)));

  it('tells the action while the feature is there, always doing the newest', () => {
    const [first, second] = [vi.fn(), vi.fn()];
    draw({ title: 'Do it', run: first });
    const told = vi.fn();
    const stop = actions.subscribe(told);
    draw({ title: 'Do it', run: second });
    expect(told).not.toHaveBeenCalled();
    expect(actions.run('test.do')).toBe(true);
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledOnce();
    draw({ title: 'Do it', blocked: 'Not now', run: second });
    expect(actions.find('test.do')?.blocked).toBe('Not now');
    expect(actions.run('test.do')).toBe(false);
    act(() => root.render(null));
    expect(actions.find('test.do')).toBe(undefined);
    stop();
  });
});
