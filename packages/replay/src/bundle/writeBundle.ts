/** Writes a bundle front to back, one part in memory at a time, so that it can go out while it is made. */
import type {
  BlobHash,
  BundleConversation,
  BundleEvents,
  BundleManifest,
  BundleSandbox,
  Checkpoint,
  LogEvent,
  Note,
  RecordingIndex,
  Run,
  Terminal,
  TrackName,
} from '@sandglass/protocol';
import { configure, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js/index-native.js';
import { BUNDLE_VERSION } from './lift.ts';
import { blobName, entryNames, eventsName, MIMETYPE, segmentName } from './names.ts';
import { sha256 } from './sha256.ts';

configure({ useWebWorkers: false });

export interface BundleContent {
  readonly product: string;
  readonly sandbox: BundleSandbox;
  readonly range: { readonly fromUs: number; readonly toUs: number } | null;
  /** With exactly the segments that go in. */
  readonly recording: RecordingIndex;
  readonly terminals: readonly Terminal[];
  readonly checkpoints: readonly Checkpoint[];
  readonly runs: readonly Run[];
  readonly notes: readonly Note[];
  /** As they stood before the first event. */
  readonly conversations: readonly BundleConversation[];
  segment(track: TrackName, number: number): Uint8Array | Promise<Uint8Array>;
  /** Versions of files that the track `files` names, and what was said, as far as they are still there. */
  readonly blobs: Iterable<BlobHash>;
  blob(hash: BlobHash): Uint8Array | Promise<Uint8Array>;
  /** In order, in pages. */
  events(): Iterable<readonly LogEvent[]> | AsyncIterable<readonly LogEvent[]>;
}

/** A page reads some of these for a list of what happened; each is inflated whole. */
const EVENTS_FILE_BYTES = 512 * 1024;
/** One recording is always the same file: nothing in it says when, or where on the earth, it was made. */
const NO_TIME = new Date(1980, 0, 1);

/** @throws what its content throws, what the stream is broken off with, or the signal's reason */
export async function writeBundle(
  out: WritableStream<Uint8Array>,
  content: BundleContent,
  signal?: AbortSignal,
): Promise<void> {
  const zip = new ZipWriter(out, { useWebWorkers: false, extendedTimestamp: false, lastModDate: NO_TIME });
  const entries: BundleManifest['entries'] = {};
  const add = async (name: string, bytes: Uint8Array, kind: 'stored' | 'deflated') => {
    signal?.throwIfAborted();
    const sum = await sha256(bytes);
    if (sum === undefined) throw new Error('Bundles are written where there is cryptography.');
    entries[name] = { sizeBytes: bytes.length, sha256: sum };
    await zip.add(name, new Uint8ArrayReader(bytes), { level: kind === 'stored' ? 0 : 6, dataDescriptor: false });
  };
  await add(entryNames.mimetype, encode(MIMETYPE), 'stored');
  for (const { track, segments } of content.recording.tracks)
    for (const { number } of segments)
      await add(segmentName(track, number), await content.segment(track, number), 'stored');
  for (const hash of content.blobs) await add(blobName(hash), await content.blob(hash), 'deflated');
  const events: BundleEvents[] = [];
  for await (const { facts, text } of eventFiles(content.events())) {
    const number = events.length + 1;
    events.push({ number, ...facts });
    await add(eventsName(number), encode(text), 'deflated');
  }
  await add(entryNames.terminals, encode(JSON.stringify(content.terminals)), 'deflated');
  await add(entryNames.checkpoints, encode(JSON.stringify(content.checkpoints)), 'deflated');
  await add(entryNames.runs, encode(JSON.stringify(content.runs)), 'deflated');
  await add(entryNames.notes, encode(JSON.stringify(content.notes)), 'deflated');
  await add(entryNames.conversations, encode(JSON.stringify(content.conversations)), 'deflated');
  const { product, sandbox, range, recording } = content;
  const manifest: BundleManifest = {
    format: 'sandglass',
    version: BUNDLE_VERSION,
    ...{ product, sandbox, range, recording, events, entries },
  };
  const last = encode(JSON.stringify(manifest));
  await zip.add(entryNames.manifest, new Uint8ArrayReader(last), { level: 6, dataDescriptor: false });
  await zip.close();
}

const encode = (text: string) => new TextEncoder().encode(text);

async function* eventFiles(
  pages: Iterable<readonly LogEvent[]> | AsyncIterable<readonly LogEvent[]>,
): AsyncGenerator<{ facts: Omit<BundleEvents, 'number'>; text: string }> {
  let lines: string[] = [];
  let sizeBytes = 0;
  let first: LogEvent | undefined;
  let last: LogEvent | undefined;
  const take = () => {
    const facts = {
      count: lines.length,
      firstSeq: first!.seq,
      lastSeq: last!.seq,
      firstUs: first!.atUs,
      lastUs: last!.atUs,
    };
    const text = lines.join('');
    lines = [];
    sizeBytes = 0;
    first = undefined;
    return { facts, text };
  };
  for await (const page of pages)
    for (const event of page) {
      const line = `${JSON.stringify(event)}\n`;
      if (first !== undefined && sizeBytes + line.length > EVENTS_FILE_BYTES) yield take();
      first ??= event;
      last = event;
      lines.push(line);
      sizeBytes += line.length;
    }
  if (first !== undefined) yield take();
}
