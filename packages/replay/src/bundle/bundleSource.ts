/** A bundle as a recording: what a moment needs is read when the moment is asked for. */
import {
  type BlobHash,
  BundleConversation,
  type BundleManifest,
  type BundleSandbox,
  Checkpoint,
  LogEvent,
  Note,
  type RecordingIndex,
  Run,
  Terminal,
  type TrackName,
} from '@sandglass/protocol';
import type { RecordingSource } from '../recording/source.ts';
import { Archive } from './archive.ts';
import { BundleError } from './bundleError.ts';
import { type ByteSource, blobBytes } from './byteSource.ts';
import { liftManifest } from './lift.ts';
import { bundleLimits } from './limits.ts';
import { blobName, entryNames, eventsName, segmentName } from './names.ts';
import { sha256 } from './sha256.ts';

/** Some thousands of events; who steps through them reads none twice. */
const KEPT_EVENT_FILES = 8;

export class BundleSource implements RecordingSource {
  readonly manifest: BundleManifest;
  readonly terminals: readonly Terminal[];
  readonly checkpoints: readonly Checkpoint[];
  readonly runs: readonly Run[];
  readonly notes: readonly Note[];
  /** As they stood before the first event; see `BundleConversations`. */
  readonly conversations: readonly BundleConversation[];
  readonly sizeBytes: number;
  readonly #archive: Archive;
  /** In the order of their last use. */
  readonly #kept = new Map<number, Promise<readonly LogEvent[]>>();

  private constructor(
    archive: Archive,
    parts: Pick<
      BundleSource,
      'manifest' | 'terminals' | 'checkpoints' | 'runs' | 'notes' | 'conversations' | 'sizeBytes'
    >,
  ) {
    this.#archive = archive;
    this.manifest = parts.manifest;
    this.terminals = parts.terminals;
    this.checkpoints = parts.checkpoints;
    this.runs = parts.runs;
    this.notes = parts.notes;
    this.conversations = parts.conversations;
    this.sizeBytes = parts.sizeBytes;
  }

  /** @throws BundleError that says what is wrong with the file and what to do */
  static async open(bytes: Blob | ByteSource): Promise<BundleSource> {
    const source = 'read' in bytes ? bytes : blobBytes(bytes);
    const archive = await Archive.open(source);
    if (!archive.has(entryNames.manifest))
      throw new BundleError(
        'foreign',
        'This zip file is no recording of Sandglass. Choose a file that ends in .sandglass.',
      );
    const manifest = liftManifest(parse(await archive.read(entryNames.manifest, bundleLimits.manifestBytes)));
    const facts = async (name: string) => parse(await readChecked(archive, manifest, name, bundleLimits.factsBytes));
    // Older versions have none of them.
    const later = async (name: string) => (archive.has(name) ? await facts(name) : []);
    return new BundleSource(archive, {
      manifest,
      terminals: each(Terminal, await facts(entryNames.terminals)),
      checkpoints: each(Checkpoint, await facts(entryNames.checkpoints)),
      runs: each(Run, await later(entryNames.runs)),
      notes: each(Note, await later(entryNames.notes)),
      conversations: each(BundleConversation, await later(entryNames.conversations)).slice(
        0,
        bundleLimits.conversations,
      ),
      sizeBytes: source.sizeBytes,
    });
  }

  get sandbox(): BundleSandbox {
    return this.manifest.sandbox;
  }

  async index(afterSeq: number): Promise<RecordingIndex> {
    const { recording } = this.manifest;
    const tracks = recording.tracks.flatMap(({ track, segments }) => {
      const newer = segments.filter(({ lastSeq }) => lastSeq > afterSeq);
      return newer.length === 0 ? [] : [{ track, segments: newer }];
    });
    return { ...recording, tracks };
  }

  /** @throws BundleError of this segment alone */
  async segment(track: TrackName, number: number): Promise<Uint8Array> {
    return await readChecked(this.#archive, this.manifest, segmentName(track, number), bundleLimits.segmentBytes);
  }

  /** @throws BundleError: of this version alone */
  async blob(hash: BlobHash): Promise<Uint8Array> {
    const name = blobName(hash);
    const bytes = await readChecked(this.#archive, this.manifest, name, bundleLimits.blobBytes);
    // The list says what is in the entry; that it is this version only its own sum says.
    const sum = await sha256(bytes);
    if (sum === undefined || sum === hash) return bytes;
    throw new BundleError('damaged', `A file in the recording (${name}) is not what its name says.`);
  }

  async events(from: number, limit: number, signal?: AbortSignal): Promise<readonly LogEvent[]> {
    const found: LogEvent[] = [];
    for (const { number, lastSeq } of this.manifest.events) {
      if (lastSeq < from) continue;
      if (found.length >= limit) break;
      signal?.throwIfAborted();
      for (const event of await this.#file(number)) if (event.seq >= from && found.length < limit) found.push(event);
    }
    return found;
  }

  #file(number: number): Promise<readonly LogEvent[]> {
    const known = this.#kept.get(number);
    const file = known ?? this.#read(number);
    this.#kept.delete(number);
    this.#kept.set(number, file);
    // What failed is asked for again.
    if (known === undefined) file.catch(() => this.#kept.delete(number));
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_EVENT_FILES) break;
      this.#kept.delete(oldest);
    }
    return file;
  }

  async #read(number: number): Promise<readonly LogEvent[]> {
    const bytes = await readChecked(this.#archive, this.manifest, eventsName(number), bundleLimits.eventsBytes);
    const lines = new TextDecoder().decode(bytes).split('\n');
    // A kind that this version does not know is left out, as from a server.
    return lines.flatMap((line): LogEvent[] => {
      const event = line === '' ? undefined : LogEvent.safeParse(tryParse(line));
      return event?.success ? [event.data] : [];
    });
  }
}

async function readChecked(
  archive: Archive,
  manifest: BundleManifest,
  name: string,
  most: number,
): Promise<Uint8Array> {
  const said = Object.hasOwn(manifest.entries, name) ? manifest.entries[name] : undefined;
  const bytes = await archive.read(name, most);
  const sum = await sha256(bytes);
  if (said?.sizeBytes === bytes.length && (sum === undefined || sum === said.sha256)) return bytes;
  throw new BundleError(
    'damaged',
    `A part of the recording (${name}) is not what its list says. The rest can be watched; download or copy the file again.`,
  );
}

const tryParse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
const parse = (bytes: Uint8Array): unknown => tryParse(new TextDecoder().decode(bytes));

interface Schema<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}

/** Those that can be read. */
function each<T>(schema: Schema<T>, values: unknown): T[] {
  return (Array.isArray(values) ? values : []).flatMap((value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
}
