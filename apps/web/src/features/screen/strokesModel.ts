import type { Actor } from '@sandglass/protocol';
import { Model } from '../../platform/store.ts';
import type { HandMark } from './cursorsModel.ts';

export interface Stroke {
  readonly id: number;
  /** `Ctrl+C`; characters as dots, as many as were typed. */
  readonly text: string;
  readonly times: number;
}

/** What one hand has struck of late. */
export interface Strokes {
  readonly by: string;
  readonly actor: Actor;
  readonly name: string;
  readonly keys: readonly Stroke[];
}

/** As long as one reads three keys. */
const STAY_MS = 2_500;
const MOST_KEYS = 6;
const MOST_DOTS = 16;
const CHARACTER = '•';

/** The keys of every hand on a screen, from the log. They go together when none has come for a while. */
export class StrokesModel extends Model<readonly Strokes[]> {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #nextId = 1;

  constructor() {
    super([]);
  }

  handleMark({ by, actor, name, key }: HandMark): void {
    if (key === undefined) return;
    const before = this.state.find((each) => each.by === by)?.keys ?? [];
    const keys = this.#add(before, key).slice(-MOST_KEYS);
    this.set([...this.state.filter((each) => each.by !== by), { by, actor, name, keys }]);
    clearTimeout(this.#timers.get(by));
    this.#timers.set(
      by,
      setTimeout(() => this.#forget(by), STAY_MS),
    );
  }

  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.set([]);
  }

  #add(keys: readonly Stroke[], key: string): Stroke[] {
    const last = keys.at(-1);
    if (key === CHARACTER && last?.text.startsWith(CHARACTER))
      return [...keys.slice(0, -1), { ...last, text: `${last.text}${CHARACTER}`.slice(0, MOST_DOTS) }];
    if (last?.text === key) return [...keys.slice(0, -1), { ...last, times: last.times + 1 }];
    return [...keys, { id: this.#nextId++, text: key, times: 1 }];
  }

  #forget(by: string): void {
    this.#timers.delete(by);
    this.set(this.state.filter((each) => each.by !== by));
  }
}
