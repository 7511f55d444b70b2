import { Model } from '../../platform/store.ts';

/** `focus` is the row that the keys mean; `anchor` is where a range began. */
export interface Selection {
  readonly focus: string | null;
  readonly anchor: string | null;
  readonly paths: ReadonlySet<string>;
}

export type SelectHow = 'only' | 'toggle' | 'range';

/** Which rows are chosen: as in every file manager, one, several with Control, a stretch with Shift. */
export class SelectionModel extends Model<Selection> {
  constructor(focus: string | null) {
    super({ focus, anchor: focus, paths: new Set(focus === null ? [] : [focus]) });
  }

  /** `order`: the rows as they are shown; a range needs it. */
  select(path: string, how: SelectHow, order: readonly string[]): void {
    const { anchor, paths } = this.state;
    if (how === 'only') this.set({ focus: path, anchor: path, paths: new Set([path]) });
    else if (how === 'toggle') {
      const next = new Set(paths);
      if (!next.delete(path)) next.add(path);
      this.set({ focus: path, anchor: path, paths: next });
    } else {
      const [from, to] = [order.indexOf(anchor ?? path), order.indexOf(path)];
      const stretch = from < 0 || to < 0 ? [path] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
      this.set({ focus: path, anchor: from < 0 ? path : anchor, paths: new Set(stretch) });
    }
  }

  /** Moves the focus and chooses nothing: Control with an arrow. */
  focus(path: string): void {
    this.set({ ...this.state, focus: path });
  }

  selectAll(order: readonly string[]): void {
    this.set({ ...this.state, paths: new Set(order) });
  }

  clear(): void {
    this.set({ ...this.state, anchor: this.state.focus, paths: new Set() });
  }

  /** What is not there any more is not chosen. `near` takes the focus of what went. */
  forget(gone: readonly string[], near: string | null): void {
    const { focus, anchor, paths } = this.state;
    const left = new Set(gone);
    const kept = [...paths].filter((path) => !left.has(path));
    const lost = focus !== null && left.has(focus);
    this.set({
      focus: lost ? near : focus,
      anchor: lost ? near : anchor,
      paths: new Set(kept.length > 0 || near === null ? kept : [near]),
    });
  }
}
