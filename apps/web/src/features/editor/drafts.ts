import { z } from 'zod';

const Draft = z.object({ text: z.string(), version: z.string() });
export type Draft = z.infer<typeof Draft>;

/** Unsaved text of one file, kept until it is saved. */
export interface DraftStore {
  read(): Draft | undefined;
  write(draft: Draft): void;
  remove(): void;
}

/** Session storage gives a page about 5 MB; one draft must not take it all. */
const MAX_CHARACTERS = 1_000_000;

/** Drafts live in the tab: they survive a reload, and do not surprise another day. */
export function createDraftStore(storage: Storage, sandbox: string, path: string): DraftStore {
  const key = `sandglass.draft.${sandbox}:${path}`;
  return {
    read() {
      try {
        const parsed = Draft.safeParse(JSON.parse(storage.getItem(key) ?? 'null'));
        return parsed.success ? parsed.data : undefined;
      } catch {
        return undefined;
      }
    },
    write(draft) {
      if (draft.text.length > MAX_CHARACTERS) return;
      try {
        storage.setItem(key, JSON.stringify(draft));
      } catch {
        // Full: the question before leaving the page is what is left.
      }
    },
    remove() {
      try {
        storage.removeItem(key);
      } catch {
        // Forbidden: there is nothing to remove.
      }
    },
  };
}
