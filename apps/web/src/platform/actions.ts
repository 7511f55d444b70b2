/**
 * Everything a person can do, in one list: ⌘K, `?`, menus, tooltips and the keyboard all read it. A feature tells its actions
 * with `useAction` or `useActions` as long as it is on the page.
 */
import type { ReactNode } from 'react';
import { Model } from './model.ts';

export interface Action {
  /** `sandbox.freeze`: noun and verb, unique on the page; of a thing among many with its id, `terminal.rename:term_1`. */
  readonly id: string;
  /** What it does, as a button would say it. May hold names that a sandbox chose: shown as text, never as markup. */
  readonly title: string;
  /** The heading it stands under: `Sandbox`, `Panes`, `Go to` … */
  readonly group: string;
  readonly icon?: ReactNode;
  /** A second line where there is room: where it leads, or what comes of it. */
  readonly hint?: string;
  /** Other words to find it by. */
  readonly keywords?: string;
  /** `C`, `F8`, `Alt+1`, `Mod+K` (Ctrl, ⌘ on a Mac), `Shift+F10`, `?`. Several: any of them; the first is shown. */
  readonly shortcut?: string | readonly string[];
  /** The keys count only while the focus is inside what this selects, and go before those of the page. */
  readonly within?: string;
  /** It answers something that waits: of two actions with the same key this one goes first. */
  readonly urgent?: boolean;
  /** False: it makes no sense here and is nowhere to be seen. */
  readonly when?: boolean;
  /** Why it cannot be done now or by this person; it is shown with this reason and does nothing. */
  readonly blocked?: string | undefined;
  /** Not in the list of ⌘K: a key of the view alone, such as an arrow. */
  readonly keyOnly?: boolean;
  readonly run: () => void;
}

export const shortcutsOf = ({ shortcut }: Pick<Action, 'shortcut'>): readonly string[] =>
  shortcut === undefined ? [] : typeof shortcut === 'string' ? [shortcut] : shortcut;

/** What is nearest to the work stands first; groups that are not named here come after these, as they came. */
const order = ['Gate', 'Sandbox', 'Sandboxes', 'Panes', 'Terminal', 'Screen', 'Files', 'Editor', 'Timeline', 'Layout'];
const last = ['Go to', 'Theme', 'Settings', 'Help'];
const rankOf = (group: string): number => {
  const [early, late] = [order.indexOf(group), last.indexOf(group)];
  return early >= 0 ? early : late >= 0 ? order.length + 1 + late : order.length;
};

/** By their groups, in one order everywhere. */
export function groupActions(all: readonly Action[]): { group: string; actions: Action[] }[] {
  const groups = new Map<string, Action[]>();
  for (const action of all) {
    const members = groups.get(action.group);
    if (members === undefined) groups.set(action.group, [action]);
    else members.push(action);
  }
  return [...groups]
    .map(([group, members]) => ({ group, actions: members }))
    .sort((one, other) => rankOf(one.group) - rankOf(other.group));
}

/** The actions of what is on the page now, in the order in which they came. Framework-free; the hooks are in `useAction.ts`. */
export class ActionRegistry extends Model<readonly Action[]> {
  readonly #sources = new Map<symbol, readonly Action[]>();

  constructor() {
    super([]);
  }

  /** @returns a place of one's own: `put` replaces what stands in it, `remove` takes it away */
  add(actions: readonly Action[]): { put(actions: readonly Action[]): void; remove(): void } {
    const key = Symbol('actions');
    const put = (next: readonly Action[]) => {
      this.#sources.set(key, next);
      this.#tell();
    };
    put(actions);
    return {
      put,
      remove: () => {
        this.#sources.delete(key);
        this.#tell();
      },
    };
  }

  find(id: string): Action | undefined {
    return this.state.find((action) => action.id === id);
  }

  /** @returns whether it was done: not when it is not here, or blocked */
  run(id: string): boolean {
    const action = this.find(id);
    if (action === undefined || action.blocked !== undefined) return false;
    action.run();
    return true;
  }

  /** The later one wins where two have one id: the view that is nearer to the person tells it last. */
  #tell(): void {
    const byId = new Map<string, Action>();
    for (const actions of this.#sources.values())
      for (const action of actions) if (action.when !== false) byId.set(action.id, action);
    this.set([...byId.values()]);
  }
}

/** The page's one registry. */
export const actions = new ActionRegistry();
