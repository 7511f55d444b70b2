/** What one program says on one stream: without its secrets into the log, and where the log stands in it. */
import type { OutputPosition } from './logDatabase.ts';
import { RedactedStream, type RedactedStreamOptions } from './redaction/redactedStream.ts';

export interface ProgramOutputOptions extends Pick<RedactedStreamOptions, 'redactor' | 'after'> {
  /** What was known of it when it was last written. */
  readonly position: OutputPosition | undefined;
  readonly writtenBytes: () => number;
  /** Comes before the write that it is for. */
  readonly save: (position: OutputPosition) => void;
  readonly write: (bytes: Uint8Array) => void;
  /** Something that was kept back could not be written when its time had come. */
  readonly onError: (error: unknown) => void;
}

export class ProgramOutput {
  readonly #options: ProgramOutputOptions;
  readonly #stream: RedactedStream;
  /** Bytes of the source beyond those that were written; below 0 where marks are longer than what they stand for. */
  #beyondBytes: number;
  #removed: number;

  constructor(options: ProgramOutputOptions) {
    this.#options = options;
    const { position, redactor } = options;
    this.#beyondBytes = position ? position.sourceBytes - position.writtenBytes : 0;
    this.#removed = position?.removed ?? 0;
    this.#stream = new RedactedStream({
      redactor,
      after: (ms, call) =>
        options.after(ms, () => {
          try {
            call();
          } catch (error) {
            options.onError(error);
          }
        }),
      emit: ({ bytes, sourceBytes, removed }) => {
        this.#move(sourceBytes - bytes.length, removed, bytes.length);
        options.write(bytes);
      },
    });
  }

  /** Of the source, kept back ones included. */
  get sourceBytes(): number {
    return this.#options.writtenBytes() + this.#beyondBytes + this.#stream.heldBytes;
  }

  get removed(): number {
    return this.#removed;
  }

  take(bytes: Uint8Array): void {
    this.#stream.push(bytes);
  }

  /** So many bytes of the source are not written: they will never come, or nobody may keep them. */
  skip(bytes: number): void {
    this.#stream.flush();
    this.#move(bytes, 0, 0);
  }

  /** Of what was just given to be written, so much was not. */
  notWritten(bytes: number): void {
    this.#move(bytes, 0, 0);
  }

  /** Bytes that no program said are about to be written. */
  insert(bytes: number): void {
    this.#move(-bytes, 0, bytes);
  }

  /** Where it stands could not be written before. */
  save(): void {
    if (this.#beyondBytes !== 0 || this.#removed !== 0) this.#save(this.#options.writtenBytes());
  }

  flush(): void {
    this.#stream.flush();
  }

  close(): void {
    this.#stream.close();
  }

  #move(beyondBytes: number, removed: number, toBeWritten: number): void {
    if (beyondBytes === 0 && removed === 0) return;
    this.#beyondBytes += beyondBytes;
    this.#removed += removed;
    this.#save(this.#options.writtenBytes() + toBeWritten);
  }

  #save(writtenBytes: number): void {
    this.#options.save({ writtenBytes, sourceBytes: writtenBytes + this.#beyondBytes, removed: this.#removed });
  }
}
