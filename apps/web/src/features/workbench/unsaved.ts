import { Model } from '../../platform/store.ts';

/** Which panes hold text that is not saved: shown as a dot on the tab, asked about before it is closed or the page is left. */
class UnsavedPanes extends Model<ReadonlySet<string>> {
  constructor() {
    super(new Set());
    window.addEventListener('beforeunload', (event) => {
      if (this.state.size > 0) event.preventDefault();
    });
  }

  mark(id: string, unsaved: boolean): void {
    if (this.state.has(id) === unsaved) return;
    const next = new Set(this.state);
    if (unsaved) next.add(id);
    else next.delete(id);
    this.set(next);
  }
}

export const unsavedPanes = new UnsavedPanes();
