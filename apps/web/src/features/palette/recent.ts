/** What a person did and opened last, in this browser: offered first. */
import { z } from 'zod';
import { Model } from '../../platform/model.ts';
import { readPreference, writePreference } from '../../platform/storage.ts';

const KEY = 'recent';
const KEPT = 6;

const Recent = z.object({
  actions: z.array(z.string().max(200)).max(KEPT).catch([]),
  sandboxes: z.array(z.string().max(100)).max(KEPT).catch([]),
  files: z
    .array(z.object({ sandbox: z.string().max(100), path: z.string().max(4096) }))
    .max(KEPT)
    .catch([]),
});
export type Recent = z.infer<typeof Recent>;

const first = <T>(item: T, list: readonly T[], same: (one: T, other: T) => boolean): T[] =>
  [item, ...list.filter((each) => !same(each, item))].slice(0, KEPT);

export class RecentModel extends Model<Recent> {
  constructor(stored: unknown) {
    super(Recent.catch({ actions: [], sandboxes: [], files: [] }).parse(stored ?? {}));
  }

  did(action: string): void {
    this.#keep({ ...this.state, actions: first(action, this.state.actions, Object.is) });
  }

  opened(sandbox: string): void {
    if (this.state.sandboxes[0] === sandbox) return;
    this.#keep({ ...this.state, sandboxes: first(sandbox, this.state.sandboxes, Object.is) });
  }

  openedFile(sandbox: string, path: string): void {
    const same = (one: Recent['files'][number], other: Recent['files'][number]) =>
      one.sandbox === other.sandbox && one.path === other.path;
    this.#keep({ ...this.state, files: first({ sandbox, path }, this.state.files, same) });
  }

  #keep(next: Recent): void {
    writePreference(KEY, next);
    this.set(next);
  }
}

export const recent = new RecentModel(readPreference(KEY, z.unknown()));
