import { z } from 'zod';
import { Seq } from '../ids.ts';
import { MIN_SEARCH_CHARACTERS, SearchResult, TextSource } from '../search.ts';
import { bySandbox, route } from './route.ts';

const words = z
  .string()
  .trim()
  .min(MIN_SEARCH_CHARACTERS, `at least ${MIN_SEARCH_CHARACTERS} characters`)
  .max(256)
  .describe('every word must occur, in any case; "in quotes" as it stands');
const common = {
  q: words,
  source: TextSource.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
};

export const searchRoutes = {
  searchSandbox: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/search',
    noun: 'search',
    role: 'viewer',
    summary: 'Find in one recording: calls, their arguments and results, output, names of files, hosts',
    params: bySandbox,
    query: z.object({ ...common, afterSeq: z.coerce.number().pipe(Seq).default(0).describe('only what came later') }),
    reply: SearchResult,
  }),
  search: route({
    method: 'GET',
    path: '/v1/search',
    noun: 'search',
    role: 'viewer',
    summary: 'Find in all recordings',
    query: z.object(common),
    reply: SearchResult,
  }),
} as const;
