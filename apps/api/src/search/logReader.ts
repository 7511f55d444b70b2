/** Reads one log into the index: first what is already there, then what comes, some moments behind so that nobody waits for it. */
import { setImmediate } from 'node:timers/promises';
import { type SandboxLog, type Track, type TrackFrame, trackFrame } from '../recorder/log.ts';
import { textsOf } from './eventTexts.ts';
import { FileTexts } from './fileTexts.ts';
import { OutputText } from './outputText.ts';
import type { SearchIndex, Text } from './searchIndex.ts';

/** A person looks for what happened a second ago at the soonest. */
const FLUSH_MS = 300;
/** Who prints more at once prints what nobody looks for; the rest of that time is left out. */
const MAX_OUTPUT_BYTES = 524_288;
/** A hit leads to the moment at which its text was complete: longer texts would make that moment vague. */
const MAX_TEXT_CHARACTERS = 2_048;
/** Whoever has been silent for so many others has no half of a character waiting. */
const MAX_READERS = 64;
const EVENTS_AT_ONCE = 1_000;
const SLICE_BYTES = 262_144;

/** A log that is written faster than it is read is followed all the same: the rest is read in one go. */
const MAX_PASSES = 8;

export interface LogReaderOptions {
  readonly log: SandboxLog;
  readonly index: SearchIndex;
  /** Wall time of the moment 0. */
  readonly zeroMs: number;
  readonly onError: (error: unknown) => void;
}

export class LogReader {
  readonly #options: LogReaderOptions;
  /** In the order of their last use. */
  readonly #readers = new Map<Track, OutputText>();
  readonly #files: FileTexts;
  readonly #texts: Text[] = [];
  #seq = 0;
  #takenBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #unlisten: (() => void)[] = [];
  #phase: 'catchingUp' | 'following' | 'stopped' = 'catchingUp';
  #ends = false;

  constructor(options: LogReaderOptions) {
    this.#options = options;
    this.#files = new FileTexts(options.log.blobs);
  }

  /** Everything that was recorded is in the index. */
  get complete(): boolean {
    return this.#phase === 'following' && this.#timer === undefined;
  }

  /** Resolves when what is recorded is in the index; then follows until `stop` or `end`. */
  async start(): Promise<void> {
    const { log, index } = this.#options;
    this.#seq = index.readUpTo(log.sandbox);
    for (let pass = 1; this.#seq < log.lastSeq && !this.#isStopped(); pass++) {
      const upTo = log.lastSeq;
      for (const wait of this.#read(this.#seq, upTo)) if (wait && pass < MAX_PASSES) await setImmediate();
      if (this.#isStopped()) return;
      this.#seq = upTo;
      this.flush();
    }
    if (this.#ends) this.#phase = 'stopped';
    if (this.#isStopped()) return;
    this.#phase = 'following';
    this.#unlisten = [
      log.onEvent((event) => {
        this.#texts.push(...textsOf(event));
        this.#taken(event.seq);
      }),
      log.onAnyFrame((frame, track) => {
        if (!isOutput(frame) && track !== 'files') return;
        this.#takenBytes += frame.payload.length;
        if (this.#takenBytes <= MAX_OUTPUT_BYTES) this.#takeFrame(frame, track);
        this.#taken(frame.seq);
      }),
    ];
  }

  /** Writes what was taken. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#takenBytes = 0;
    const { log, index, onError } = this.#options;
    try {
      index.add(log.sandbox, this.#texts.splice(0), this.#seq);
    } catch (error) {
      onError(error);
    }
  }

  /** Nothing more comes: what is recorded is read to its end. */
  end(): void {
    this.#ends = true;
    if (this.#phase === 'following') this.stop();
  }

  /** What was not read yet is read at the next start. */
  stop(): void {
    if (this.#phase === 'stopped') return;
    if (this.#phase === 'following') this.flush();
    this.#phase = 'stopped';
    for (const unlisten of this.#unlisten) unlisten();
  }

  get stopped(): boolean {
    return this.#phase === 'stopped';
  }

  /** A function, since the phase changes while `start` waits. */
  #isStopped(): boolean {
    return this.#phase === 'stopped';
  }

  /** What was written after `from` and up to `upTo`; yields where others may have a turn. */
  *#read(from: number, upTo: number): Generator<true> {
    const { log } = this.#options;
    for (let next = from + 1; ; ) {
      const events = log.events(next, EVENTS_AT_ONCE).filter(({ seq }) => seq <= upTo);
      for (const event of events) this.#texts.push(...textsOf(event));
      if (events.length < EVENTS_AT_ONCE) break;
      next = events.at(-1)!.seq + 1;
      yield true;
    }
    for (const { track } of log.segments(from)) {
      if (placeOf(track as Track) === undefined && track !== 'files') continue;
      let bytes = 0;
      for (const frame of log.frames(track as Track, from)) {
        if (frame.seq > upTo || this.#isStopped()) break;
        this.#takeFrame(frame, track as Track);
        bytes += frame.payload.length;
        if (bytes < SLICE_BYTES) continue;
        bytes = 0;
        yield true;
      }
    }
  }

  #takeFrame(frame: TrackFrame, track: Track): void {
    if (track === 'files')
      for (const { path, text } of this.#files.take(frame)) this.#put(frame, { source: 'file', place: path, text });
    else if (isOutput(frame)) {
      const text = this.#readerOf(track).push(frame.payload);
      this.#put(frame, { source: 'output', place: placeOf(track) ?? null, text });
    }
  }

  #put({ seq, atUs }: TrackFrame, { source, place, text }: Pick<Text, 'source' | 'place' | 'text'>): void {
    const wallMs = this.#options.zeroMs + Math.round(atUs / 1000);
    // What was read of files is as much as output would be.
    if (source === 'file') this.#takenBytes += text.length;
    for (let at = 0; at < text.length; at += MAX_TEXT_CHARACTERS) {
      const part = text.slice(at, at + MAX_TEXT_CHARACTERS);
      if (part.trim() !== '') this.#texts.push({ seq, atUs, wallMs, source, place, text: part });
    }
  }

  #readerOf(track: Track): OutputText {
    const reader = this.#readers.get(track) ?? new OutputText();
    this.#readers.delete(track);
    this.#readers.set(track, reader);
    if (this.#readers.size > MAX_READERS) this.#readers.delete(this.#readers.keys().next().value!);
    return reader;
  }

  #taken(seq: number): void {
    this.#seq = Math.max(this.#seq, seq);
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS).unref();
  }
}

const isOutput = ({ kind }: TrackFrame): boolean =>
  kind === trackFrame.output || kind === trackFrame.stdout || kind === trackFrame.stderr;

/** The terminal or exec of a track; undefined for pictures. */
const placeOf = (track: Track): string | undefined =>
  track.includes(':') ? track.slice(track.indexOf(':') + 1) : undefined;
