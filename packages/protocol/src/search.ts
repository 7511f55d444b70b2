/** Full-text search over what was recorded. */
import { z } from 'zod';
import { AtUs, SandboxId, Seq, WallMs } from './ids.ts';

/** Where a text comes from: what was asked and answered, what programs printed, names of files, hosts, titles of windows, addresses, titles and
 * consoles of pages, what happened besides, and what people wrote to it. */
export const TextSource = z
  .enum(['call', 'output', 'file', 'network', 'window', 'page', 'event', 'note'])
  .meta({ id: 'TextSource' });
export type TextSource = z.infer<typeof TextSource>;

export const Found = z
  .object({
    sandbox: SandboxId,
    seq: Seq,
    atUs: AtUs,
    wallMs: WallMs,
    source: TextSource,
    place: z
      .string()
      .nullable()
      .describe('the terminal, exec, call or note it belongs to, or the path of the file it was written to'),
    text: z.string().describe('the part around the first match, on one line'),
    matches: z.array(z.tuple([z.number().int(), z.number().int()])).describe('[start, end) in `text`, UTF-16 units'),
  })
  .meta({ id: 'Found' });
export type Found = z.infer<typeof Found>;

/** What is shorter than three characters cannot be looked up. */
export const MIN_SEARCH_CHARACTERS = 3;

export const SearchResult = z
  .object({
    items: z.array(Found).describe('of one sandbox: oldest first; of all: newest first'),
    total: z.number().int().describe('how many there are, counted up to 10,000'),
    complete: z.boolean().describe('false: something of the newest is not looked through yet'),
  })
  .meta({ id: 'SearchResult' });
export type SearchResult = z.infer<typeof SearchResult>;
