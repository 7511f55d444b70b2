import { describe, expect, it } from 'vitest';
import { PREFERENCES_KEY, PreferencesModel, usualPreferences } from './preferences.ts';

function storage(text: string | null = null) {
  let held = text;
  return {
    getItem: (key: string) => (key === PREFERENCES_KEY ? held : null),
    setItem: (_: string, next: string) => {
      held = next;
    },
  };
}

/** A window that hears other tabs. */
function page() {
  const heard: ((event: { key: string | null }) => void)[] = [];
  return {
    addEventListener: (_: string, listener: never) => heard.push(listener),
    tell: (key: string | null) => {
      for (const each of heard) each({ key });
    },
  };
}

describe('PreferencesModel', () => {
  it('keeps what was chosen for the next page', () => {
    const store = storage();
    new PreferencesModel(store).change('terminal', { fontPx: 15 });
    expect(new PreferencesModel(store).state.terminal).toEqual({ ...usualPreferences.terminal, fontPx: 15 });
  });

  it.each(['', 'null', '7', '[]', '{"terminal":null}', '{"terminal":{"fontPx":"big"}}', '{not json'])(
    'takes %s for nothing chosen',
    (text) => {
      expect(new PreferencesModel(storage(text)).state).toEqual(usualPreferences);
    },
  );

  it('lets one bad field fall back alone', () => {
    const text = JSON.stringify({
      appearance: { theme: 'pink', motion: 'still' },
      editor: { fontPx: 400, wrap: true },
    });
    const { appearance, editor } = new PreferencesModel(storage(text)).state;
    expect(appearance).toEqual({ ...usualPreferences.appearance, motion: 'still' });
    expect(editor).toEqual({ ...usualPreferences.editor, wrap: true });
  });

  it('follows another tab, and does not undo what that tab wrote', () => {
    const store = storage();
    const tab = page();
    const here = new PreferencesModel(store, tab as never);
    const there = new PreferencesModel(store);
    there.change('appearance', { theme: 'light' });
    here.change('editor', { wrap: true });
    expect(here.state.appearance.theme).toBe('light');
    there.change('appearance', { theme: 'contrast' });
    tab.tell(PREFERENCES_KEY);
    expect(here.state).toMatchObject({ appearance: { theme: 'contrast' }, editor: { wrap: true } });
  });

  it('holds for the page where storage refuses', () => {
    const refuse = () => {
      throw new Error('full');
    };
    const model = new PreferencesModel({ getItem: refuse, setItem: refuse });
    model.change('sound', { on: true });
    expect(model.state.sound.on).toBe(true);
  });

  it('goes back to the usual, one part or all', () => {
    const model = new PreferencesModel(storage());
    model.change('editor', { wrap: true });
    model.change('sound', { on: true });
    model.reset('editor');
    expect(model.state).toEqual({ ...usualPreferences, sound: { on: true } });
    model.reset();
    expect(model.state).toEqual(usualPreferences);
  });
});
