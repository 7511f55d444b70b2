/** One track of one log: its segment files, written at the end, read from anywhere. */
import { existsSync, fstatSync, ftruncateSync, readdirSync, readSync, rmSync, writevSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { AppError, type Segment as SegmentInfo } from '@sandglass/protocol';
import {
  encodeFrameHeader,
  encodeSegmentHeader,
  firstWhere,
  isSegmentHeader,
  readFrame,
  SEGMENT_FRAME_HEADER_BYTES,
  SEGMENT_HEADER_BYTES,
} from '@sandglass/replay';
import { firstKept, STARTS_SEGMENT } from './cutting.ts';
import { type TrackFrame, type TrackFrameKind, trackFrame } from './log.ts';
import type { TrackCut } from './logDatabase.ts';
import type { SegmentFiles } from './segmentFiles.ts';

/** What is known of a segment; valid for its first `sizeBytes`. */
export interface SegmentRow {
  readonly number: number;
  /** Kind of its first frame: screenKey and snapshot always start a segment, so the last one is found without reading. */
  readonly starts: TrackFrameKind;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly sizeBytes: number;
  /** Payload bytes by frame kind. */
  readonly payloadBytes: Readonly<Partial<Record<TrackFrameKind, number>>>;
}

interface Segment {
  row: SegmentRow;
  saved: boolean;
  /** Places to start reading from, at most one per `OFFSET_EVERY_BYTES`. */
  offsets: { seq: number; offset: number }[];
  /** Cut off: its file is gone or about to go. */
  gone?: true;
}

const MAX_SEGMENT_BYTES = 4 * 1_048_576;
/** Of these a reader wants one frame at a time. */
const MAX_SAMPLES_BYTES = 256 * 1024;
const READ_BYTES = 256 * 1024;
const OFFSET_EVERY_BYTES = 64 * 1024;

export class TrackSegments {
  readonly #directory: string;
  readonly #files: SegmentFiles;
  readonly #save: (row: SegmentRow) => void;
  readonly #lastNumberBefore: () => number;
  readonly #segments: Segment[] = [];
  readonly #track: string;
  #cut: TrackCut;
  #lastNumber = 0;
  #phase: 'open' | 'closed' = 'open';

  /** `rows` is what the index says; `save` writes a row of it. */
  constructor(
    directory: string,
    options: {
      files: SegmentFiles;
      rows: readonly SegmentRow[];
      track: string;
      cut: TrackCut | undefined;
      /** Its first segment comes after this one. */
      lastNumber?: () => number;
      save: (row: SegmentRow) => void;
    },
  ) {
    this.#track = options.track;
    this.#cut = options.cut ?? { firstNumber: 0, payloadBytes: {} };
    this.#directory = directory;
    this.#files = options.files;
    this.#save = options.save;
    this.#lastNumberBefore = options.lastNumber ?? (() => 0);
    for (const row of options.rows) this.#segments.push({ row, saved: true, offsets: [] });
    this.#recover();
  }

  get lastSeq(): number {
    return this.#segments.at(-1)?.row.lastSeq ?? 0;
  }

  get lastUs(): number {
    return this.#segments.at(-1)?.row.lastUs ?? 0;
  }

  payloadBytes(kind: TrackFrameKind): number {
    let sum = this.#cut.payloadBytes[kind] ?? 0;
    for (const { row } of this.#segments) sum += row.payloadBytes[kind] ?? 0;
    return sum;
  }

  /** Written when it returns. @throws AppError noSpace; then nothing of the frame stays. */
  append(frame: TrackFrame): void {
    const segment = this.#segmentFor(frame);
    if (this.#lastNumber === 0) this.#lastNumber = this.#lastNumberBefore();
    const number = segment?.row.number ?? this.#lastNumber + 1;
    const fd = this.#files.use(this.#path(number), () => this.#saveNumber(number));
    const start = segment?.row.sizeBytes ?? 0;
    const header = encodeFrameHeader(frame, crc32);
    const parts = segment ? [header, frame.payload] : [encodeSegmentHeader(), header, frame.payload];
    writeAll(fd, parts, start);
    const frameAt = segment ? start : SEGMENT_HEADER_BYTES;
    const sizeBytes = frameAt + header.length + frame.payload.length;
    if (segment) {
      noteFrame(segment, frame, { offset: frameAt, sizeBytes });
    } else {
      this.saveAll();
      this.#segments.push(newSegment(number, frame, sizeBytes));
      this.#lastNumber = number;
    }
  }

  /** Frames with seq > after, oldest first. Holds no descriptor between steps. */
  *frames(after: number): Generator<TrackFrame> {
    let from = after;
    for (;;) {
      // Found anew each time: the beginning may have been cut off meanwhile.
      const segment = this.#segments[this.#firstSegmentAfter(from)];
      if (!segment) return;
      for (const { frame } of this.#read(segment, startOffset(segment, from))) if (frame.seq > from) yield frame;
      from = segment.row.lastSeq;
    }
  }

  /** The newest frame that starts a segment and is of that kind: a keyframe or a snapshot. */
  findLastStart(kind: TrackFrameKind, notAfter = Number.POSITIVE_INFINITY): TrackFrame | undefined {
    for (let i = this.#segments.length - 1; i >= 0; i--) {
      const segment = this.#segments[i]!;
      if (segment.row.starts !== kind || segment.row.firstSeq > notAfter) continue;
      for (const { frame } of this.#read(segment, SEGMENT_HEADER_BYTES)) return frame;
    }
    return undefined;
  }

  /** Those that hold something newer, oldest first. */
  list(after: number): SegmentInfo[] {
    return this.#segments.slice(this.#firstSegmentAfter(after)).map((segment) => this.#describe(segment));
  }

  segment(number: number): SegmentInfo | undefined {
    const segment = this.#find(number);
    return segment && this.#describe(segment);
  }

  /** Bytes of one segment as they lie on disk. @throws AppError notFound */
  bytes(number: number, range: { offset: number; length: number }): Uint8Array {
    const segment = this.#find(number);
    if (!segment && number < this.#cut.firstNumber)
      throw new AppError('gone', 'This part of the recording is not kept any more.');
    if (!segment) throw new AppError('notFound', `The track has no segment ${number}. Ask for its segments again.`);
    const fd = this.#files.use(this.#path(number), () => this.#saveNumber(number));
    return readAt(fd, range.offset, Math.min(range.length, segment.row.sizeBytes - range.offset));
  }

  /** How the track can be cut so that it is whole from a moment on; undefined when nothing can go. */
  planCut(beginsUs: number): TrackCut | undefined {
    const first = firstKept(
      this.#track,
      this.#segments.map(({ row }) => row),
      beginsUs,
    );
    if (first === 0) return undefined;
    const payloadBytes = { ...this.#cut.payloadBytes };
    for (const { row } of this.#segments.slice(0, first))
      for (const [kind, bytes] of Object.entries(row.payloadBytes) as unknown as [TrackFrameKind, number][])
        payloadBytes[kind] = (payloadBytes[kind] ?? 0) + bytes;
    return { firstNumber: this.#segments[first]!.row.number, payloadBytes };
  }

  /** The index says so already: the files go. Who reads one gets `gone`. */
  cut(cut: TrackCut): void {
    this.#cut = cut;
    while (this.#segments[0] && this.#segments[0].row.number < cut.firstNumber) {
      const segment = this.#segments.shift() as Segment;
      segment.gone = true;
      segment.saved = true;
      const path = this.#path(segment.row.number);
      this.#files.close(path);
      rmSync(path, { force: true });
    }
  }

  /** Brings the index up to date, so that nothing needs to be scanned at the next start. */
  saveAll(): void {
    for (let i = this.#segments.length - 1; i >= 0 && !this.#segments[i]!.saved; i--)
      this.#saveSegment(this.#segments[i]!);
  }

  /** Who still reads gets `gone`: it would open files that nobody closes. */
  close(): void {
    this.#phase = 'closed';
    this.saveAll();
    for (const { row } of this.#segments) this.#files.close(this.#path(row.number));
  }

  #saveNumber(number: number): void {
    const segment = this.#find(number);
    if (segment) this.#saveSegment(segment);
  }

  #saveSegment(segment: Segment): void {
    if (segment.saved) return;
    this.#save(segment.row);
    segment.saved = true;
  }

  #path(number: number): string {
    return join(this.#directory, `${number}.seg`);
  }

  #segmentFor(frame: TrackFrame): Segment | undefined {
    const last = this.#segments.at(-1);
    if (!last || STARTS_SEGMENT.includes(frame.kind)) return undefined;
    const sizeBytes = last.row.sizeBytes + SEGMENT_FRAME_HEADER_BYTES + frame.payload.length;
    return sizeBytes <= (this.#track === 'processes' ? MAX_SAMPLES_BYTES : MAX_SEGMENT_BYTES) ? last : undefined;
  }

  #firstSegmentAfter(after: number): number {
    return firstWhere(this.#segments, ({ row }) => row.lastSeq > after);
  }

  #find(number: number): Segment | undefined {
    const found = this.#segments[firstWhere(this.#segments, ({ row }) => row.number >= number)];
    return found?.row.number === number ? found : undefined;
  }

  #describe({ row }: Segment): SegmentInfo {
    const { number, starts, firstSeq, lastSeq, firstUs, lastUs, sizeBytes } = row;
    const closed = row !== this.#segments.at(-1)!.row;
    return { number, starts, firstSeq, lastSeq, firstUs, lastUs, sizeBytes, closed };
  }

  /** Reads whole frames from `from` to the end as it is then known. A damaged frame ends its segment. */
  *#read(segment: Segment, from: number): Generator<{ frame: TrackFrame; offset: number; sizeBytes: number }> {
    let at = from;
    let want = READ_BYTES;
    while (at < segment.row.sizeBytes) {
      if (this.#phase === 'closed') throw new AppError('gone', 'The log was closed while it was read.');
      if (segment.gone) throw new AppError('gone', 'This part of the recording is not kept any more.');
      const { number } = segment.row;
      const fd = this.#files.use(this.#path(number), () => this.#saveNumber(number));
      const bytes = readAt(fd, at, Math.min(want, segment.row.sizeBytes - at));
      want = READ_BYTES;
      let used = 0;
      for (;;) {
        const read = readFrame(bytes, used, crc32);
        if (read.found === 'damage') return;
        if (read.found === 'cut') {
          if (at + used + read.sizeBytes > segment.row.sizeBytes) return;
          want = Math.max(want, read.sizeBytes);
          break;
        }
        yield { frame: read.frame, offset: at + used, sizeBytes: read.sizeBytes };
        used += read.sizeBytes;
        if (used === bytes.length) break;
      }
      at += used;
    }
  }

  /** After a crash files hold more than the index says: reads only that, and cuts off a frame that was not written whole. */
  #recover(): void {
    const numbers = existsSync(this.#directory) ? segmentNumbers(this.#directory) : [];
    const known = new Map(this.#segments.map((segment) => [segment.row.number, segment]));
    this.#segments.length = 0;
    for (const number of numbers) {
      this.#lastNumber = number;
      // The server ended before it could go.
      if (number < this.#cut.firstNumber) {
        rmSync(this.#path(number), { force: true });
        continue;
      }
      const segment = this.#recoverSegment(number, known.get(number));
      if (segment) this.#segments.push(segment);
    }
    this.saveAll();
  }

  #recoverSegment(number: number, known: Segment | undefined): Segment | undefined {
    const path = this.#path(number);
    const fd = this.#files.use(path, () => {});
    const fileBytes = fstatSync(fd).size;
    if (known && known.row.sizeBytes === fileBytes) {
      this.#files.close(path);
      return known;
    }
    let segment = known && known.row.sizeBytes < fileBytes ? known : undefined;
    let validBytes = segment?.row.sizeBytes ?? SEGMENT_HEADER_BYTES;
    if (segment || isSegmentHeader(readAt(fd, 0, SEGMENT_HEADER_BYTES))) {
      // A stand-in as long as the file, so that the reader goes to its end.
      const whole: Segment = { row: { ...emptyRow(number), sizeBytes: fileBytes }, saved: true, offsets: [] };
      for (const { frame, offset, sizeBytes } of this.#read(whole, validBytes)) {
        validBytes = offset + sizeBytes;
        if (segment) noteFrame(segment, frame, { offset, sizeBytes: validBytes });
        else segment = newSegment(number, frame, validBytes);
      }
    }
    // A file without one readable frame is left as it is (it may be of a newer version) and its number is not used again.
    if (segment && validBytes < fileBytes)
      ftruncateSync(
        this.#files.use(path, () => {}),
        validBytes,
      );
    this.#files.close(path);
    return segment;
  }
}

function emptyRow(number: number): SegmentRow {
  return {
    number,
    starts: trackFrame.output,
    firstSeq: 0,
    lastSeq: 0,
    firstUs: 0,
    lastUs: 0,
    sizeBytes: 0,
    payloadBytes: {},
  };
}

function newSegment(number: number, frame: TrackFrame, sizeBytes: number): Segment {
  const { seq, atUs, kind, payload } = frame;
  return {
    row: {
      number,
      starts: kind,
      firstSeq: seq,
      lastSeq: seq,
      firstUs: atUs,
      lastUs: atUs,
      sizeBytes,
      payloadBytes: { [kind]: payload.length },
    },
    saved: false,
    offsets: [],
  };
}

function noteFrame(segment: Segment, frame: TrackFrame, place: { offset: number; sizeBytes: number }): void {
  const { row } = segment;
  const payloadBytes = {
    ...row.payloadBytes,
    [frame.kind]: (row.payloadBytes[frame.kind] ?? 0) + frame.payload.length,
  };
  segment.row = { ...row, lastSeq: frame.seq, lastUs: frame.atUs, sizeBytes: place.sizeBytes, payloadBytes };
  segment.saved = false;
  const lastOffset = segment.offsets.at(-1)?.offset ?? SEGMENT_HEADER_BYTES;
  if (place.offset - lastOffset >= OFFSET_EVERY_BYTES) segment.offsets.push({ seq: frame.seq, offset: place.offset });
}

/** Where to read from so that no frame with seq > after is missed. */
function startOffset(segment: Segment, after: number): number {
  for (let i = segment.offsets.length - 1; i >= 0; i--) {
    const { seq, offset } = segment.offsets[i]!;
    if (seq <= after + 1) return offset;
  }
  return SEGMENT_HEADER_BYTES;
}

function segmentNumbers(directory: string): number[] {
  const numbers: number[] = [];
  for (const name of readdirSync(directory)) {
    const match = /^([1-9]\d{0,9})\.seg$/.exec(name);
    if (match) numbers.push(Number(match[1]));
  }
  return numbers.sort((a, b) => a - b);
}

function readAt(fd: number, at: number, length: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(length);
  let got = 0;
  while (got < length) {
    const count = readSync(fd, bytes, got, length - got, at + got);
    if (count === 0) break;
    got += count;
  }
  return bytes.subarray(0, got);
}

function writeAll(fd: number, parts: readonly Uint8Array[], at: number): void {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  try {
    let written = writevSync(fd, parts as Uint8Array[], at);
    if (written === length) return;
    const rest = Buffer.concat(parts);
    while (written < length) written += writevSync(fd, [rest.subarray(written)], at + written);
  } catch (error) {
    // Half a frame must not stay: what is appended next would be unreadable behind it.
    ftruncateSync(fd, at);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new AppError('noSpace', 'The disk that holds the recordings is full. Make room, then try again.', {
        cause: error,
      });
    }
    throw error;
  }
}
