/** What listens to a reply while it goes by. */
import { createParser } from 'eventsource-parser';
import type { Head } from './outlet.ts';
import { type ModelReply, parsed, type ReplyReader } from './reply.ts';

/** A reply that is not streamed and longer than this is forwarded, but not read. */
const MAX_READ_BYTES = 32 * 1_048_576;

interface Ear {
  hear(chunk: Buffer): void;
  end(): void;
}

/** Lets a reader hear what has gone out, when nobody waits for it any more. What it cannot take harms nobody but the record. */
export class Listener {
  readonly #reader: ReplyReader | null;
  #ear: Ear | null = null;
  #unheard: Buffer[] = [];
  #waiting: NodeJS.Immediate | null = null;

  /** null: nobody wants to know. */
  constructor(reader: ReplyReader | null) {
    this.#reader = reader;
  }

  begin({ status, isStream }: Head): void {
    if (this.#reader === null || status >= 400) return;
    this.#ear = isStream ? streamEar(this.#reader) : wholeEar(this.#reader);
  }

  take(chunk: Buffer): void {
    if (this.#ear === null) return;
    this.#unheard.push(chunk);
    this.#waiting ??= setImmediate(() => this.catchUp());
  }

  catchUp(): void {
    if (this.#waiting !== null) clearImmediate(this.#waiting);
    this.#waiting = null;
    const chunks = this.#unheard;
    this.#unheard = [];
    for (const chunk of chunks) this.#attempt((ear) => ear.hear(chunk));
  }

  /** All of it has come. null: it was no reply of a model. */
  end(): ModelReply | null {
    const isReply = this.#ear !== null;
    this.catchUp();
    this.#attempt((ear) => ear.end());
    return isReply ? (this.#reader?.reply() ?? null) : null;
  }

  #attempt(work: (ear: Ear) => void): void {
    try {
      if (this.#ear !== null) work(this.#ear);
    } catch {
      this.#ear = deaf;
    }
  }
}

const deaf: Ear = { hear: () => {}, end: () => {} };

function streamEar(reader: ReplyReader): Ear {
  const decoder = new TextDecoder();
  const parser = createParser({ onEvent: ({ event, data }) => reader.event(event, data) });
  return {
    hear: (chunk) => parser.feed(decoder.decode(chunk, { stream: true })),
    end: () => parser.feed(decoder.decode()),
  };
}

function wholeEar(reader: ReplyReader): Ear {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    hear: (chunk) => {
      size += chunk.length;
      if (size <= MAX_READ_BYTES) chunks.push(chunk);
      else chunks.length = 0;
    },
    end: () => {
      if (chunks.length > 0) reader.whole(parsed(Buffer.concat(chunks).toString('utf8')));
    },
  };
}
