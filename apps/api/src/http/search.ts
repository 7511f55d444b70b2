import type { Note, SandboxId, SearchResult, TextSource } from '@sandglass/protocol';
import { findSeqAt } from '../recorder/findSeqAt.ts';
import { foundNotes } from '../reviews/foundNotes.ts';
import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

interface Asked {
  readonly words: string;
  readonly limit: number;
  readonly source?: TextSource | undefined;
}

export function searchHandlers({ sandboxes, search, notes }: Services): Pick<Handlers, 'search' | 'searchSandbox'> {
  /** Notes are not in the index: they change, and what is in it does not. */
  const withNotes = (recorded: SearchResult, all: readonly Note[], { words, limit, source }: Asked): SearchResult => {
    if (source !== undefined && source !== 'note') return recorded;
    const logOf = (sandbox: SandboxId) => sandboxes.recording(sandbox);
    const found = foundNotes(all, words, (note) => findSeqAt(logOf(note.sandbox), note.atUs));
    return { ...recorded, items: [...recorded.items, ...found].slice(0, limit), total: recorded.total + found.length };
  };
  return {
    searchSandbox: ({ params: { sandbox }, query: { q: words, limit, afterSeq, source } }) => {
      sandboxes.get(sandbox);
      const of = { sandbox, afterSeq, pasts: sandboxes.pasts(sandbox) };
      const recorded = search.find({ words, limit, ...of, ...(source ? { source } : {}) });
      const result = withNotes(recorded, notes.list(sandbox), { words, limit, source });
      const items = result.items.filter(({ seq }) => seq > afterSeq);
      return { ...result, items: items.sort((a, b) => a.atUs - b.atUs) };
    },
    search: ({ query: { q: words, limit, source } }) => {
      const recorded = search.find({ words, limit, ...(source ? { source } : {}) });
      const result = withNotes(recorded, notes.all(), { words, limit, source });
      return { ...result, items: result.items.sort((a, b) => b.wallMs - a.wallMs) };
    },
  };
}
