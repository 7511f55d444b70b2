/**
 * The screen at t, as a browser reads it from the log, is what X showed at t: over random sessions in which the connection is lost and
 * opened again, the size changes, the sandbox stands still, recording stops for a while, and the server is killed in the middle of a word.
 * So it is for who opens the recording at its end, and for who has had it open while it grew.
 *
 * It was seen to fail for each of some thirty faults planted in what it guards: the segment a moment starts from, what lies between two
 * moments, what is asked for again when it grows, sizes, order, what covers what, states that are not written, the tail after a crash.
 */
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { RECORD_LOSSLESS, recordKind, type SandboxId, type ScreenRecord } from '@sandglass/protocol';
import { PixelSurface, Recording, type RecordingSource, ScreenCursor, ScreenPlayer } from '@sandglass/replay';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sourceOfLog } from '../logSource.ts';
import { openLogStore } from '../logStore.ts';
import { LiveSet } from './liveSet.ts';
import { ScreenTrack } from './screenTrack.ts';

const sandbox = 'sbx_aaaaaaaaaa' as SandboxId;

const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('paint' as const),
      x: fc.nat(99),
      y: fc.nat(99),
      // Often a line beside another: what is covered but for one column shows still.
      width: fc.oneof(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 40 })),
      height: fc.integer({ min: 1, max: 40 }),
      colour: fc.nat(0xffffff),
      isPicture: fc.boolean(),
    }),
  },
  // As long as it takes until what was painted is in the log.
  { weight: 6, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 100, max: 500 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'reconnect' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('resize' as const),
      width: fc.integer({ min: 1, max: 70 }),
      height: fc.integer({ min: 1, max: 50 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'heavy' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'freeze' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'private' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const), garbage: fc.uint8Array({ maxLength: 60 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('look' as const), place: fc.nat(1_000) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Paint = Extract<Step, { do: 'paint' }>;

/** A segment is full with it: what follows its picture lies in segments that begin with none. Blocks of nothing, which deflate allows. */
const WEIGHT = Buffer.alloc(5 * 850_000, Buffer.from([0, 0, 0, 255, 255]));

/** X's own pixels, and what it sends of them. */
class Screen {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint32Array(width * height);
  }

  paint({ colour, isPicture, ...area }: Paint): ScreenRecord {
    const [x, y] = [area.x % this.width, area.y % this.height];
    const [width, height] = [Math.min(area.width, this.width - x), Math.min(area.height, this.height - y)];
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        this.pixels[(y + row) * this.width + x + column] = isPicture ? (colour + row * 7 + column) & 0xffffff : colour;
    return this.record({ x, y, width, height }, isPicture);
  }

  whole(): ScreenRecord {
    return this.record({ x: 0, y: 0, width: this.width, height: this.height }, true);
  }

  heavy(): ScreenRecord {
    const whole = this.whole();
    return { ...whole, payload: Buffer.concat([WEIGHT, whole.payload]) };
  }

  record(area: { x: number; y: number; width: number; height: number }, isPicture: boolean): ScreenRecord {
    const rgb = new Uint8Array(area.width * area.height * 3);
    for (let at = 0; at < area.width * area.height; at++) {
      const column = at % area.width;
      const value = this.pixels[(area.y + (at - column) / area.width) * this.width + area.x + column]!;
      rgb.set([value >> 16, (value >> 8) & 255, value & 255], at * 3);
    }
    const kind = isPicture ? recordKind.rgb : recordKind.fill;
    return { ...area, kind, flags: RECORD_LOSSLESS, payload: isPicture ? deflateRawSync(rgb) : rgb.slice(0, 3) };
  }
}

interface Noted {
  readonly atUs: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

/** Reads the recording as a browser does. */
class Viewer {
  readonly recording: Recording;
  readonly #surface = new PixelSurface();
  readonly #cursor: ScreenCursor;

  private constructor(recording: Recording) {
    this.recording = recording;
    const player = new ScreenPlayer(this.#surface);
    this.#cursor = new ScreenCursor(recording, (message) => player.draw(message));
  }

  static async open(source: RecordingSource): Promise<Viewer> {
    return new Viewer(await Recording.open(source));
  }

  async check({ atUs, width, height, pixels }: Noted): Promise<void> {
    expect(await this.#cursor.show(atUs)).toBe('shown');
    const { rgba } = this.#surface;
    const shown = Uint32Array.from({ length: width * height }, (_, at) => {
      const [red, green, blue] = rgba.subarray(at * 4, at * 4 + 3);
      return (red! << 16) | (green! << 8) | blue!;
    });
    expect([this.#surface.width, this.#surface.height]).toEqual([width, height]);
    expect(shown.every((value, at) => value === pixels[at])).toBe(true);
  }
}

/** Goes through a session; what was to be seen is noted whenever the log had the time to hear of it. */
class Session {
  readonly directory = mkdtempSync(join(tmpdir(), 'sandglass-past-'));
  readonly noted: Noted[] = [];
  #open: Promise<Viewer> | undefined;
  #nowUs = 0;
  readonly #clock = { wallMs: () => 1_000 + Math.floor(this.#nowUs / 1000), monotonicUs: () => this.#nowUs };
  #stores = [openLogStore({ directory: this.directory, clock: this.#clock })];
  log = this.#stores[0]!.open(sandbox, { createdAtMs: 1_000 });
  #screen = new Screen(48, 32);
  #live = new LiveSet(48, 32);
  #track = this.#newTrack();

  constructor() {
    this.#begin();
  }

  async take(given: Step): Promise<void> {
    if (given.do === 'look') return await this.#look(given.place);
    this.#pass(1);
    if (given.do === 'paint') this.#show(this.#screen.paint(given));
    else if (given.do === 'wait') this.#pass(given.ms);
    else if (given.do === 'heavy') this.#show(this.#screen.heavy());
    else if (given.do === 'reconnect') this.#begin();
    else if (given.do === 'resize') {
      this.#screen = new Screen(given.width, given.height);
      this.#begin();
    } else if (given.do === 'freeze') {
      this.#pass(100);
      this.#note();
      this.#nowUs += 3_600_000_000;
    } else if (given.do === 'private') {
      // The track hears nothing meanwhile; then it is told to begin anew.
      this.#pass(100);
      for (let at = 0; at < 3; at++) {
        const { seq, atUs } = this.log.takePosition();
        const colour = 0x0a0b0c * (at + 1);
        const secret: Paint = { do: 'paint', x: at * 9, y: at, width: 9, height: 9, colour, isPicture: false };
        this.#live.add(this.#screen.paint(secret), seq, atUs);
        this.#pass(50);
      }
      this.#track.restart(this.#live);
    } else this.#crash(given.garbage);
    if (given.do !== 'paint' && given.do !== 'heavy') this.#note();
  }

  async check(walk: readonly number[]): Promise<void> {
    const viewer = await Viewer.open(sourceOfLog(this.log));
    const places = [...this.noted.keys()];
    // Backwards, each is read from its start on.
    for (const place of [...places, ...places.toReversed(), ...walk]) await viewer.check(this.#noted(place));
    await this.#look(0);
    await this.#look(this.noted.length - 1);
  }

  close(): void {
    vi.clearAllTimers();
    for (const store of this.#stores) store.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  #noted(place: number): Noted {
    return this.noted[place % this.noted.length]!;
  }

  /** Who has had it open for a while. */
  async #look(place: number): Promise<void> {
    this.#open ??= Viewer.open({
      index: (after) => sourceOfLog(this.log).index(after),
      segment: (track, number) => sourceOfLog(this.log).segment(track, number),
      blob: (hash) => sourceOfLog(this.log).blob(hash),
      events: (from, limit) => sourceOfLog(this.log).events(from, limit),
    });
    const viewer = await this.#open;
    await viewer.recording.refresh();
    await viewer.check(this.#noted(place));
  }

  #newTrack(): ScreenTrack {
    return new ScreenTrack(this.log, (error) => {
      throw error;
    });
  }

  #pass(ms: number): void {
    this.#nowUs += ms * 1000;
    vi.advanceTimersByTime(ms);
  }

  #note(): void {
    this.noted.push({ ...this.#screen, pixels: this.#screen.pixels.slice(), atUs: this.log.now() });
  }

  #show(record: ScreenRecord): void {
    const { seq, atUs } = this.log.takePosition();
    this.#live.add(record, seq, atUs);
    this.#track.changed();
  }

  /** A whole picture, as each connection begins with one. */
  #begin(): void {
    const { width, height } = this.#screen;
    this.#live = new LiveSet(width, height);
    const { seq, atUs } = this.log.takePosition();
    this.#live.add(this.#screen.whole(), seq, atUs);
    this.#track.replace(this.#live);
    this.#pass(1);
    this.#note();
  }

  /** Killed: nobody closes anything, what was painted last is lost, and the file ends in half a frame. */
  #crash(garbage: Uint8Array): void {
    vi.clearAllTimers();
    const folder = join(this.directory, sandbox, 'screen');
    const last = readdirSync(folder)
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
      .at(-1)!;
    appendFileSync(join(folder, last), garbage);
    const store = openLogStore({ directory: this.directory, clock: this.#clock });
    this.#stores.push(store);
    this.log = store.open(sandbox, { createdAtMs: 1_000 });
    this.#track = this.#newTrack();
    this.#begin();
  }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

test('the screen at t is what it was at t', { timeout: 60_000 }, async () => {
  const sessions = fc.array(step, { minLength: 5, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(sessions, fc.array(fc.nat(1_000), { maxLength: 12 }), async (steps, walk) => {
      const session = new Session();
      try {
        for (const each of steps) await session.take(each);
        await session.check(walk);
      } finally {
        session.close();
      }
    }),
    { numRuns: 40 },
  );
});
