/** Find in files: the question, and the stream of what is found. */
import { z } from 'zod';
import { SandboxPath } from './text.ts';

/** In a URL a flag is a word. */
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]).optional();
const globs = z
  .string()
  .max(2000)
  .refine((text) => !text.includes('\0'), 'must not hold NUL')
  .optional()
  .describe('globs with commas between: *.ts, src/**');

export const FindQuery = z.object({
  query: z
    .string()
    .min(1)
    .max(1000)
    .refine((text) => !/[\0\n\r]/.test(text), 'one line without NUL'),
  path: SandboxPath.default('.'),
  regex: flag.describe('a regular expression without back-references and look-around: it cannot hang'),
  case: flag.describe('capital letters matter'),
  word: flag.describe('whole words only'),
  include: globs,
  exclude: globs,
  everything: flag.describe('also node_modules, .git, caches and what .gitignore names'),
  limit: z.coerce.number().int().min(1).max(10_000).default(2_000).describe('lines'),
});
export type FindQuery = z.infer<typeof FindQuery>;

const Range = z.tuple([z.number().int().min(0), z.number().int().min(0)]);
export const FindResult = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('line'),
      path: z.string().max(8192).describe('absolute'),
      line: z.number().int().min(1),
      column: z.number().int().min(1).describe('of the first match, in UTF-16 units'),
      text: z.string().max(2000).describe('the line, or the part around the first match'),
      ranges: z.array(Range).max(100).describe('the matches within `text`'),
    }),
    z.object({
      kind: z.literal('end'),
      files: z.number().int().describe('with a match'),
      lines: z.number().int(),
      cut: z.enum(['limit', 'time']).nullable().describe('why it stopped before the end'),
      problem: z.string().max(500).nullable().describe('why the question could not be answered'),
    }),
  ])
  .meta({ id: 'FindResult' });
export type FindResult = z.infer<typeof FindResult>;
export type FoundLine = Extract<FindResult, { kind: 'line' }>;
