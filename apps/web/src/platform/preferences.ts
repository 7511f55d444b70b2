/**
 * What a person likes, in this browser: one object, one key, for every tab. Features read their part
 * (`usePreferences().terminal`) and change it (`preferences.change('terminal', { fontPx: 14 })`); the settings page shows all.
 * A part that cannot be read counts as not set, field by field, and takes nothing else with it.
 */
import { z } from 'zod';
import { Model, useStore } from './store.ts';

export const fontPx = { least: 9, most: 24 } as const;

/** A field that falls back alone when what is stored is missing or makes no sense. */
const field = <T extends z.ZodType>(type: T, usual: z.output<T>) => type.catch(usual as never);
const font = (usual: number) => field(z.number().int().min(fontPx.least).max(fontPx.most), usual);

export const Appearance = z.object({
  theme: field(z.enum(['system', 'dark', 'light', 'contrast']), 'system'),
  density: field(z.enum(['compact', 'comfortable']), 'compact'),
  /** `still`: nothing moves, whatever the system says. */
  motion: field(z.enum(['system', 'still']), 'system'),
});
export type Appearance = z.infer<typeof Appearance>;

export const EditorPreferences = z.object({
  fontPx: font(13),
  /** `pause`: a moment after the last key, while nobody else has changed the file. */
  autosave: field(z.enum(['off', 'pause']), 'off'),
  wrap: field(z.boolean(), false),
});
export type EditorPreferences = z.infer<typeof EditorPreferences>;

export const TerminalPreferences = z.object({
  fontPx: font(12),
  font: field(z.enum(['jetbrains', 'system']), 'jetbrains'),
  colors: field(z.enum(['page', 'contrast']), 'page'),
  copyOnSelect: field(z.boolean(), false),
  bell: field(z.enum(['none', 'flash', 'sound']), 'flash'),
  /** Programs may ask what kind of terminal this is. */
  identify: field(z.boolean(), false),
  screenReader: field(z.boolean(), false),
});
export type TerminalPreferences = z.infer<typeof TerminalPreferences>;

export const SoundPreferences = z.object({
  /** The console makes no sound unless this is on; the terminal's bell asks it too. */
  on: field(z.boolean(), false),
});

export const NewsPreferences = z.object({
  /** The browser says so when an agent waits for a person and this page is not in front. */
  waits: field(z.boolean(), false),
});

const section = <T extends z.ZodType<object>>(type: T) => type.catch(() => type.parse({}) as never);

export const Preferences = z.object({
  appearance: section(Appearance),
  editor: section(EditorPreferences),
  terminal: section(TerminalPreferences),
  sound: section(SoundPreferences),
  news: section(NewsPreferences),
});
export type Preferences = z.infer<typeof Preferences>;
type Section = keyof Preferences;

export const usualPreferences: Preferences = Preferences.parse({});

/** `public/theme.js` reads it before the first paint. */
export const PREFERENCES_KEY = 'sandglass.preferences';

type Store = Pick<Storage, 'getItem' | 'setItem'>;

export class PreferencesModel extends Model<Preferences> {
  readonly #storage: Store | undefined;

  /** @param page where other tabs are heard */
  constructor(storage: Store | undefined, page?: Pick<Window, 'addEventListener'>) {
    super(read(storage));
    this.#storage = storage;
    page?.addEventListener('storage', (event) => {
      // A null key: everything was cleared at once.
      if (event.key === PREFERENCES_KEY || event.key === null) this.set(read(storage));
    });
  }

  change<S extends Section>(part: S, change: Partial<Preferences[S]>): void {
    // What another tab wrote since is kept: only the given fields are this tab's wish.
    const before = this.#storage === undefined ? this.state : read(this.#storage, this.state);
    this.#keep(Preferences.parse({ ...before, [part]: { ...before[part], ...change } }));
  }

  /** All of one part, or of everything, as it was at first. */
  reset(part?: Section): void {
    this.#keep(part === undefined ? usualPreferences : { ...this.state, [part]: usualPreferences[part] });
  }

  #keep(next: Preferences): void {
    try {
      this.#storage?.setItem(PREFERENCES_KEY, JSON.stringify(next));
    } catch {
      // Storage may be full or forbidden; the choice holds for this page.
    }
    this.set(next);
  }
}

function read(storage: Store | undefined, otherwise: Preferences = usualPreferences): Preferences {
  try {
    const text = storage?.getItem(PREFERENCES_KEY) ?? null;
    return text === null ? otherwise : Preferences.catch(usualPreferences).parse(JSON.parse(text));
  } catch {
    return usualPreferences;
  }
}

/** Reading the property alone throws where storage is forbidden. */
function browserStorage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

export const preferences = new PreferencesModel(browserStorage(), globalThis.window);

export const usePreferences = (): Preferences => useStore(preferences);
