/** What a bundle says of itself: the `manifest.json` of a `.sandglass` file (format: packages/replay, `bundle/README.md`). */
import { z } from 'zod';
import { ConversationId, MessageRef } from './conversations.ts';
import { AtUs, SandboxId, Seq, WallMs } from './ids.ts';
import { RecordingIndex } from './recording.ts';
import { Capabilities, ImageName, Sandbox } from './sandbox.ts';

/** Of the machine that was recorded; its environment and its rules stay where they are. */
export const BundleSandbox = z
  .object({
    id: SandboxId,
    name: z.string().max(200),
    labels: Sandbox.shape.labels,
    driver: z.string().max(100),
    level: z.string().max(20),
    image: ImageName,
    reason: z.string().max(4_096).nullable(),
    screen: Sandbox.shape.screen,
    capabilities: Capabilities,
    createdAtMs: WallMs,
    endedAtMs: WallMs.nullable().describe('null: it was running when the bundle was made'),
  })
  .meta({ id: 'BundleSandbox' });
export type BundleSandbox = z.infer<typeof BundleSandbox>;

/** A file of events in the bundle. */
export const BundleEvents = z.object({
  number: z.number().int().positive(),
  count: z.number().int().positive(),
  firstSeq: Seq,
  lastSeq: Seq,
  firstUs: AtUs,
  lastUs: AtUs,
});
export type BundleEvents = z.infer<typeof BundleEvents>;

/** A conversation as it stood before the first event of the bundle; its words are parts of the file, named by their sums. */
export const BundleConversation = z.object({
  id: ConversationId,
  provider: z.string().max(100),
  model: z.string().max(200).nullable(),
  system: MessageRef.nullable(),
  messages: z.array(MessageRef.nullable()).max(10_000).describe('null: it is not kept'),
  asked: z.number().int().nonnegative().describe('so many of them the agent sent'),
  seq: Seq.describe('of its newest message, in the recording in which that was said'),
  atUs: AtUs,
});
export type BundleConversation = z.infer<typeof BundleConversation>;

export const BundleManifest = z
  .object({
    format: z.literal('sandglass'),
    version: z.literal(5),
    product: z.string().max(40).describe('version of Sandglass that made it'),
    sandbox: BundleSandbox,
    range: z.object({ fromUs: AtUs, toUs: AtUs }).nullable().describe('null: the whole recording'),
    recording: RecordingIndex,
    events: z.array(BundleEvents).max(100_000),
    entries: z.record(
      z.string().max(200),
      z.object({ sizeBytes: z.number().int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    ),
  })
  .meta({ id: 'BundleManifest' });
export type BundleManifest = z.infer<typeof BundleManifest>;

/** The file that this server was started to replay. */
export const ReplayedFile = z
  .object({ name: z.string(), sizeBytes: z.number().int().nonnegative() })
  .meta({ id: 'ReplayedFile' });
export type ReplayedFile = z.infer<typeof ReplayedFile>;
