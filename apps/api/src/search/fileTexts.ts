/** What was written into files, as texts to find: of each version the lines that its file did not have before. */
import type { BlobHash, FileFacts } from '@sandglass/protocol';
import { decodeFileSteps } from '@sandglass/replay';
import type { Blobs } from '../recorder/files/blobs.ts';
import { type TrackFrame, trackFrame } from '../recorder/log.ts';
import { withoutControls } from './outputText.ts';

/** More of one version is not looked through. */
const MOST_READ_BYTES = 262_144;
const MOST_NEW_CHARACTERS = 16_384;
/** Files whose last version is known, to tell what is new in the next. */
const REMEMBERED = 2_048;
const MOST_OPEN = 20_000;

export interface FileText {
  readonly path: string;
  readonly text: string;
}

export class FileTexts {
  readonly #blobs: Pick<Blobs, 'has' | 'read'>;
  readonly #open = new Map<number, string>();
  /** In the order of their last use. */
  readonly #last = new Map<string, BlobHash>();

  constructor(blobs: Pick<Blobs, 'has' | 'read'>) {
    this.#blobs = blobs;
  }

  /** A whole tree says nothing that steps have not said. */
  take(frame: TrackFrame): FileText[] {
    if (frame.kind !== trackFrame.fileSteps) return [];
    return decodeFileSteps(frame.payload).flatMap((step): FileText[] => {
      if (step.do === 'file') {
        if (step.facts !== undefined) return this.#read(step.path, step.facts);
        this.#open.set(step.version, step.path);
        if (this.#open.size > MOST_OPEN) this.#open.delete(this.#open.keys().next().value!);
      } else if (step.do === 'know') {
        const path = this.#open.get(step.version);
        this.#open.delete(step.version);
        if (path !== undefined) return this.#read(path, step.facts);
      }
      return [];
    });
  }

  #read(path: string, { content }: FileFacts): FileText[] {
    if (content.from !== 'blob') return [];
    const before = this.#last.get(path);
    this.#last.delete(path);
    this.#last.set(path, content.hash);
    if (this.#last.size > REMEMBERED) this.#last.delete(this.#last.keys().next().value!);
    const text = this.#textOf(content.hash);
    if (text === undefined) return [];
    const known = new Set((before === undefined ? undefined : this.#textOf(before))?.split('\n'));
    const fresh = text.split('\n').filter((line) => line.trim() !== '' && !known.has(line));
    return fresh.length === 0 ? [] : [{ path, text: fresh.join('\n').slice(0, MOST_NEW_CHARACTERS) }];
  }

  /** Undefined for what is no text, or no longer there. */
  #textOf(hash: BlobHash): string | undefined {
    if (!this.#blobs.has(hash)) return undefined;
    const bytes = this.#blobs.read(hash).subarray(0, MOST_READ_BYTES);
    return bytes.includes(0) ? undefined : withoutControls(bytes.toString('utf8'));
  }
}
