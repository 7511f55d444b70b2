/** What the address points at inside a list: an event or a call of the log, a checkpoint, a reply of the model. The list shows and marks it. */
import { Model, useStore } from './store.ts';

export interface PointedAt {
  readonly event?: number | undefined;
  readonly call?: string | undefined;
  /** The call of the model’s reply, by its place in the log: the conversation shows that reply. */
  readonly reply?: number | undefined;
  readonly checkpoint?: string | undefined;
}

class PointedAtModel extends Model<PointedAt> {
  constructor() {
    super({});
  }

  point(at: PointedAt): void {
    this.set(at);
  }
}

export const pointedAt = new PointedAtModel();

export const usePointedAt = (): PointedAt => useStore(pointedAt);
