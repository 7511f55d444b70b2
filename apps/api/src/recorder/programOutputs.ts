/** The output streams of the programs of one sandbox, by track and kind. */
import type { SandboxId } from '@sandglass/protocol';
import type { Track, TrackFrameKind } from './log.ts';
import type { LogDatabase, OutputPosition } from './logDatabase.ts';
import { ProgramOutput } from './programOutput.ts';
import type { Redactor } from './redaction/redactor.ts';
import { isNoSpace } from './space.ts';

export interface ProgramOutputsOptions {
  readonly sandbox: SandboxId;
  readonly database: LogDatabase;
  readonly redactor: Redactor;
  readonly after: (ms: number, call: () => void) => () => void;
  readonly writtenBytes: (track: Track, kind: TrackFrameKind) => number;
  readonly write: (track: Track, kind: TrackFrameKind, bytes: Uint8Array) => void;
  readonly onError: (error: unknown) => void;
}

export class ProgramOutputs {
  readonly #options: ProgramOutputsOptions;
  readonly #outputs = new Map<string, ProgramOutput>();
  readonly #positions: Map<string, OutputPosition>;

  constructor(options: ProgramOutputsOptions) {
    this.#options = options;
    this.#positions = options.database.outputs(options.sandbox, (track, kind) =>
      options.writtenBytes(track as Track, kind as TrackFrameKind),
    );
  }

  get removed(): number {
    let sum = 0;
    for (const [key, { removed }] of this.#positions) if (!this.#outputs.has(key)) sum += removed;
    for (const { removed } of this.#outputs.values()) sum += removed;
    return sum;
  }

  of(track: Track, kind: TrackFrameKind): ProgramOutput {
    const key = `${track} ${kind}`;
    const known = this.#outputs.get(key);
    if (known) return known;
    const { sandbox, database, redactor, after, onError } = this.#options;
    const writtenBytes = () => this.#options.writtenBytes(track, kind);
    const output = new ProgramOutput({
      redactor,
      after,
      onError,
      position: this.#positions.get(key),
      writtenBytes,
      save: (position) => {
        try {
          database.saveOutput(sandbox, { track, kind }, position);
        } catch (error) {
          if (!isNoSpace(error)) throw error;
        }
      },
      write: (bytes) => {
        const before = writtenBytes();
        this.#options.write(track, kind, bytes);
        // In memory only: the source has said it all the same.
        const missingBytes = before + bytes.length - writtenBytes();
        if (missingBytes > 0) output.notWritten(missingBytes);
      },
    });
    this.#outputs.set(key, output);
    return output;
  }

  flush(track?: Track): void {
    for (const [key, output] of this.#outputs) if (track === undefined || key.startsWith(`${track} `)) output.flush();
  }

  /** There is room again for what could not be written. */
  save(): void {
    for (const output of this.#outputs.values()) output.save();
  }

  close(): void {
    for (const output of this.#outputs.values()) {
      try {
        output.flush();
      } catch (error) {
        this.#options.onError(error);
      }
      output.close();
    }
  }
}
