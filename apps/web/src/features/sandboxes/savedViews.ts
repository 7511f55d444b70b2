/** Ways to look at the wall that a person has named. Kept in this browser, for this person alone. */
import { Label } from '@sandglass/protocol';
import { z } from 'zod';
import { readPreference, writePreference } from '../../platform/storage.ts';
import { Model } from '../../platform/store.ts';
import { shows, sorts } from './wallModel.ts';

export const WallLook = z.object({
  show: z.enum(shows).optional(),
  find: z.string().max(200).optional(),
  labels: z.array(z.string().max(320)).max(16).optional(),
  sort: z.enum(sorts).optional(),
  view: z.enum(['cards', 'list']).optional(),
});
export type WallLook = z.infer<typeof WallLook>;

const SavedView = z.object({ name: Label(40), look: WallLook });
export type SavedView = z.infer<typeof SavedView>;
const SavedViews = z.array(SavedView).max(50);

export class SavedViewsModel extends Model<readonly SavedView[]> {
  readonly #key: string;

  constructor(person: string) {
    const key = `wall.views.${person}`;
    super(readPreference(key, SavedViews) ?? []);
    this.#key = key;
  }

  /** @returns what is wrong with the name; undefined: it is kept. One of the same name is replaced. */
  save(name: string, look: WallLook): string | undefined {
    const wrong = wrongName(name);
    if (wrong !== undefined) return wrong;
    const view = { name: name.trim(), look };
    const others = this.state.filter((each) => each.name !== view.name);
    if (others.length >= 50) return 'There are 50 already. Delete one first.';
    this.#keep([...others, view]);
    return undefined;
  }

  rename(from: string, to: string): string | undefined {
    const name = to.trim();
    if (name === from) return undefined;
    const wrong = wrongName(name);
    if (wrong !== undefined) return wrong;
    if (this.state.some((each) => each.name === name)) return 'Another view has this name.';
    this.#keep(this.state.map((each) => (each.name === from ? { ...each, name } : each)));
    return undefined;
  }

  remove(name: string): void {
    this.#keep(this.state.filter((each) => each.name !== name));
  }

  #keep(views: readonly SavedView[]): void {
    writePreference(this.#key, views);
    this.set(views);
  }
}

function wrongName(name: string): string | undefined {
  const parsed = Label(40).safeParse(name.trim());
  return parsed.success ? undefined : (parsed.error.issues[0]?.message ?? 'This cannot be a name.');
}

export const isSameLook = (a: WallLook, b: WallLook): boolean =>
  (a.show ?? 'all') === (b.show ?? 'all') &&
  (a.find ?? '') === (b.find ?? '') &&
  (a.sort ?? 'needs') === (b.sort ?? 'needs') &&
  (a.view ?? 'cards') === (b.view ?? 'cards') &&
  [...(a.labels ?? [])].sort().join('\n') === [...(b.labels ?? [])].sort().join('\n');
