// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import { type Action, ActionRegistry } from './actions.ts';
import { actionOfPress, listenForShortcuts, nameOfPress, shownShortcut } from './shortcuts.ts';

const press = (key: string, more: Partial<KeyboardEvent> = {}) => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});
const action = (id: string, shortcut: string, more: Partial<Action> = {}): Action => ({
  id,
  title: id,
  group: 'Test',
  shortcut,
  run: () => undefined,
  ...more,
});
const place = (html: string, selector: string): Element => {
  document.body.innerHTML = html;
  const found = document.querySelector(selector);
  if (found === null) throw new Error(`no ${selector}`);
  return found;
};

describe('nameOfPress', () => {
  it.each([
    [press('c'), 'C'],
    [press('C', { shiftKey: true }), 'Shift+C'],
    [press('k', { ctrlKey: true }), 'Mod+K'],
    [press('k', { metaKey: true, shiftKey: true }), 'Mod+Shift+K'],
    [press('?', { shiftKey: true }), '?'],
    [press('F10', { shiftKey: true }), 'Shift+F10'],
    [press('å', { altKey: true, code: 'KeyA' }), 'Alt+A'],
    [press('¡', { altKey: true, code: 'Digit1' }), 'Alt+1'],
    [press('/'), '/'],
    [press('['), '['],
  ])('%j', (given, name) => {
    expect(nameOfPress(given)).toBe(name);
  });
});

describe('actionOfPress', () => {
  const all = [action('mark', 'C'), action('palette', 'Mod+K'), action('freeze', 'F8')];
  const found = (key: ReturnType<typeof press>, target: Element) => actionOfPress(all, key, target)?.id;

  it('finds the action of a key', () => {
    expect(found(press('c'), place('<main></main>', 'main'))).toBe('mark');
  });

  it.each([
    ['<div class="xterm"><textarea></textarea></div>', 'textarea'],
    ['<div data-own-keys><textarea></textarea></div>', 'textarea'],
    ['<div class="monaco-editor"><textarea></textarea></div>', 'textarea'],
  ])('takes no key at all from a machine or an editor: %s', (html, selector) => {
    const target = place(html, selector);
    for (const key of [press('c'), press('k', { ctrlKey: true }), press('F8')])
      expect(found(key, target)).toBe(undefined);
  });

  it('leaves letters to a text, and hears what is held there', () => {
    const target = place('<input>', 'input');
    expect(found(press('c'), target)).toBe(undefined);
    expect(found(press('k', { ctrlKey: true }), target)).toBe('palette');
  });

  it('hears nothing under an open layer', () => {
    expect(found(press('c'), place('<div role="dialog"><button></button></div>', 'button'))).toBe(undefined);
  });

  it('puts the focused view before the page, and the later before the earlier', () => {
    const here = place('<div class="tree"><button></button></div><p></p>', 'button');
    const list = [...all, action('copy', 'C', { within: '.tree' }), action('later', 'C')];
    expect(actionOfPress(list, press('c'), here)?.id).toBe('copy');
    expect(actionOfPress(list, press('c'), document.querySelector('p'))?.id).toBe('later');
  });
});

describe('listenForShortcuts', () => {
  it('does what the key asks for, once, and nothing when blocked', () => {
    const registry = new ActionRegistry();
    const run = vi.fn();
    const source = registry.add([action('mark', 'C', { run })]);
    const stop = listenForShortcuts(registry, window);
    const key = (repeat = false) =>
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'c', bubbles: true, cancelable: true, repeat }));
    key();
    key(true);
    expect(run).toHaveBeenCalledTimes(1);
    source.put([action('mark', 'C', { run, blocked: 'Your token may only watch' })]);
    key();
    stop();
    source.put([action('mark', 'C', { run })]);
    key();
    expect(run).toHaveBeenCalledTimes(1);
  });
});

describe('ActionRegistry', () => {
  it('shows only what makes sense here, the nearer view first told last', () => {
    const registry = new ActionRegistry();
    registry.add([action('one', 'A'), action('two', 'B', { when: false })]);
    const near = registry.add([action('one', 'A', { title: 'Nearer' })]);
    expect(registry.state.map(({ title }) => title)).toEqual(['Nearer']);
    near.remove();
    expect(registry.state.map(({ title }) => title)).toEqual(['one']);
    expect(registry.run('two')).toBe(false);
  });
});

describe('shownShortcut', () => {
  it('says the keys as the keyboard does', () => {
    expect(shownShortcut('Mod+K', false)).toBe('Ctrl K');
    expect(shownShortcut('F8', false)).toBe('F8');
    expect(shownShortcut('?', false)).toBe('?');
  });
});
