import { Model } from '../../platform/model.ts';

export type PaletteState = 'closed' | 'actions' | 'keys';

/** Which of the two lists is open: everything that can be done (⌘K), or the keys of this view (`?`). */
class PaletteModel extends Model<PaletteState> {
  constructor() {
    super('closed');
  }

  show(what: PaletteState): void {
    this.set(what);
  }
}

export const paletteModel = new PaletteModel();
