/**
 * The track `files`: what became of files, step by step. Steps applied in order to an empty tree give the tree of a moment
 * (packages/replay, `recording/fileTree.ts`). A bundle comes from strangers, so steps are parsed wherever they are read.
 */
import { z } from 'zod';
import { FileEntry } from './machine.ts';

export const BlobHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hex')
  .meta({ id: 'BlobHash' });
export type BlobHash = z.infer<typeof BlobHash>;

/** Why the bytes of a version are not in the recording. */
export const FileLoss = z
  .enum(['overwritten', 'removed', 'tooLarge', 'tooMany', 'unreadable', 'noRoom', 'ended'])
  .describe('changed again, or removed, before it could be read; …; the sandbox ended before it was read')
  .meta({ id: 'FileLoss' });
export type FileLoss = z.infer<typeof FileLoss>;

const Path = z.string().min(1).max(8192).startsWith('/');

/** Where the bytes of a version are. */
export const RecordedContent = z
  .discriminatedUnion('from', [
    z.object({
      from: z.literal('blob'),
      hash: BlobHash,
      removed: z.literal(true).optional().describe('secrets were taken out: these are not the very bytes'),
    }),
    z.object({ from: z.literal('start'), path: Path.describe('the file is that of the start, which was there') }),
    z.object({ from: z.literal('nowhere'), why: FileLoss, hash: BlobHash.optional() }),
  ])
  .meta({ id: 'RecordedContent' });
export type RecordedContent = z.infer<typeof RecordedContent>;

/** What is known of one version of a file. Absent numbers: nobody could look. */
export const FileFacts = z.object({
  kind: z.enum(['file', 'symlink', 'other']),
  sizeBytes: z.number().nonnegative().optional(),
  mode: z.number().int().nonnegative().optional(),
  modifiedAtMs: z.number().optional(),
  target: z.string().max(8192).optional(),
  content: RecordedContent,
});
export type FileFacts = z.infer<typeof FileFacts>;

/** The start has no such name: once removed, nothing of it needs to be remembered. */
const fresh = z.literal(true).optional();
/** Numbers each change of a file, so that what it turned out to be can be told later; 0 where nothing is to come. */
const Version = z.number().int().nonnegative();

export const FileStep = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('directory'),
    path: Path,
    /** Whose names it has, besides those that steps tell: a directory of the start. */
    base: Path.optional(),
    mode: z.number().int().nonnegative().optional(),
    modifiedAtMs: z.number().optional(),
    fresh,
    partial: z.literal(true).optional().describe('not all that is in it is recorded'),
    whole: z.literal(true).optional().describe('steps told all its names: the start has no others'),
  }),
  z.object({ do: z.literal('file'), path: Path, version: Version, facts: FileFacts.optional(), fresh }),
  z.object({ do: z.literal('know'), version: Version, facts: FileFacts }),
  z.object({ do: z.literal('remove'), path: Path }),
  z.object({ do: z.literal('move'), path: Path, to: Path, directory: z.boolean() }),
  /** Names were lost, and the tree was looked through again. */
  z.object({ do: z.literal('doubt') }),
  z.object({ do: z.literal('sure') }),
]);
export type FileStep = z.infer<typeof FileStep>;

export const FileSteps = z.array(FileStep);

/** Files up to here are kept whole; of larger ones size and hash are. */
export const MOST_KEPT_BYTES = 1_048_576;

/** Whether the bytes of a past version can be had: kept (perhaps with secrets taken out), those of the start, not known, or why not. */
export const PastState = z
  .enum(['kept', 'redacted', 'start', 'unknown', ...FileLoss.options])
  .meta({ id: 'PastState' });
export type PastState = z.infer<typeof PastState>;

export const PastEntry = FileEntry.extend({
  state: PastState,
  partial: z.boolean().describe('of a directory: not all that is in it is recorded'),
}).meta({ id: 'PastEntry' });
export type PastEntry = z.infer<typeof PastEntry>;

export const PastListing = z
  .object({
    path: z.string().describe('absolute'),
    items: z.array(PastEntry).describe('directories first, then by name'),
    partial: z.boolean().describe('not all that was in it is recorded'),
    exact: z.boolean().describe('false: names were lost in a burst before this moment, and nobody had looked again'),
  })
  .meta({ id: 'PastListing' });
export type PastListing = z.infer<typeof PastListing>;
