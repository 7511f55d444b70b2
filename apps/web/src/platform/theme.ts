import './appearance.css';
import { type Appearance, type PreferencesModel, preferences } from './preferences.ts';
import { Model, useStore } from './store.ts';

export type ThemeChoice = Appearance['theme'];
export type Theme = Exclude<ThemeChoice, 'system'>;

const light = globalThis.window?.matchMedia?.('(prefers-color-scheme: light)');
const more = globalThis.window?.matchMedia?.('(prefers-contrast: more)');

/** The same rule as `public/theme.js`. */
function resolve(choice: ThemeChoice): Theme {
  if (choice !== 'system') return choice;
  if (more?.matches === true) return 'contrast';
  return light?.matches === true ? 'light' : 'dark';
}

/** The theme in force: the person's choice, or the system's. Marks the page with it, and with what else changes every view. */
class ThemeModel extends Model<Theme> {
  readonly #preferences: PreferencesModel;

  constructor(from: PreferencesModel) {
    super(resolve(from.state.appearance.theme));
    this.#preferences = from;
    from.subscribe(() => this.#apply());
    light?.addEventListener('change', () => this.#apply());
    more?.addEventListener('change', () => this.#apply());
    this.#apply();
  }

  #apply(): void {
    const { theme, density, motion } = this.#preferences.state.appearance;
    const root = globalThis.document?.documentElement;
    if (root !== undefined) Object.assign(root.dataset, { theme: resolve(theme), density, motion });
    this.set(resolve(theme));
  }
}

const themeModel = new ThemeModel(preferences);

/** The theme in force, for what draws its own colours (editor, terminal). */
export function useTheme(): Theme {
  return useStore(themeModel);
}
