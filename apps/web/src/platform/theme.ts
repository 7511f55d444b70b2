import { Model, useStore } from './store.ts';

export type Theme = 'dark' | 'light';
export type ThemeChoice = 'system' | Theme;

interface ThemeState {
  readonly choice: ThemeChoice;
  readonly theme: Theme;
}

const KEY = 'sandglass.theme';
const light = window.matchMedia('(prefers-color-scheme: light)');
const resolve = (choice: ThemeChoice): Theme => (choice === 'system' ? (light.matches ? 'light' : 'dark') : choice);

function storedChoice(): ThemeChoice {
  try {
    const text = localStorage.getItem(KEY);
    return text === 'dark' || text === 'light' ? text : 'system';
  } catch {
    return 'system';
  }
}

/** The person's choice, or the system's. Kept as a plain word, since `public/theme.js` reads it before the first paint. */
class ThemeModel extends Model<ThemeState> {
  constructor() {
    const choice = storedChoice();
    super({ choice, theme: resolve(choice) });
    light.addEventListener('change', () => this.choose(this.state.choice));
    document.documentElement.dataset['theme'] = this.state.theme;
  }

  choose(choice: ThemeChoice): void {
    try {
      if (choice === 'system') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, choice);
    } catch {
      // The choice holds for this page.
    }
    this.set({ choice, theme: resolve(choice) });
    document.documentElement.dataset['theme'] = this.state.theme;
  }
}

export const themeModel = new ThemeModel();

/** The theme in force, for what draws its own colours (editor, terminal). */
export function useTheme(): Theme {
  return useStore(themeModel).theme;
}
