/** A day of a desktop that never was: thousands of segments, each made when it is asked for. For `npm run bench -- seek-24h`. */
import { encodeScreenMessage, recordKind, type SandboxId, type Segment, screenMessage } from '@sandglass/protocol';
import {
  encodeFrameHeader,
  encodeSegmentHeader,
  type RecordingSource,
  type TrackFrame,
  trackFrame,
} from '@sandglass/replay';

const WIDTH = 1280;
const HEIGHT = 800;
/** A whole picture, then so many parts of one, as a desktop with an agent at work gives. */
const SEGMENT_US = 5_000_000;
const UPDATES = 40;
const PART = { width: 640, height: 240 };

/** Pictures that no encoder makes small: text-like noise in a window. */
async function picture(width: number, height: number, turn: number): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  const pixels = context.createImageData(width, height);
  let random = turn * 7_919 + 1;
  for (let at = 0; at < pixels.data.length; at += 4) {
    random = (random * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    const value = (at >> 2) % width < width / 3 ? 32 : random % 7 === 0 ? 200 : 40;
    pixels.data.set([value, value, value, 255], at);
  }
  context.putImageData(pixels, 0, 0);
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 })).arrayBuffer());
}

export interface SyntheticScreen {
  readonly source: RecordingSource;
  /** One whole picture, as it is recorded. */
  readonly whole: Uint8Array;
  /** Time that making segments took so far: it is nobody's waiting. */
  readonly spentMs: () => number;
}

export async function syntheticScreen(spanUs: number): Promise<SyntheticScreen> {
  const whole = await Promise.all([0, 1, 2, 3].map((turn) => picture(WIDTH, HEIGHT, turn)));
  const parts = await Promise.all([4, 5, 6, 7].map((turn) => picture(PART.width, PART.height, turn)));
  let spentMs = 0;
  const segments: Segment[] = Array.from({ length: Math.floor(spanUs / SEGMENT_US) }, (_, at) => ({
    number: at + 1,
    starts: trackFrame.screenKey,
    firstSeq: at * (UPDATES + 1) + 1,
    lastSeq: (at + 1) * (UPDATES + 1),
    firstUs: at * SEGMENT_US,
    lastUs: (at + 1) * SEGMENT_US - 1,
    sizeBytes: whole[at % 4]!.length + UPDATES * parts[0]!.length,
    closed: true,
  }));
  const make = (number: number): Uint8Array => {
    const { firstSeq, firstUs } = segments[number - 1]!;
    const pieces: Uint8Array[] = [encodeSegmentHeader()];
    for (let at = 0; at <= UPDATES; at++) {
      const [seq, atUs] = [firstSeq + at, firstUs + at * (SEGMENT_US / (UPDATES + 1))];
      const area = at === 0 ? { x: 0, y: 0, width: WIDTH, height: HEIGHT } : { x: at * 10, y: at * 12, ...PART };
      const payload = encodeScreenMessage({
        type: at === 0 ? screenMessage.liveSet : screenMessage.update,
        ...{ seq, atUs, width: WIDTH, height: HEIGHT },
        records: [
          { ...area, kind: recordKind.jpeg, flags: 0, payload: (at === 0 ? whole : parts)[(number + at) % 4]! },
        ],
      });
      const kind = at === 0 ? trackFrame.screenKey : trackFrame.screenUpdate;
      const frame: TrackFrame = { seq, atUs: Math.round(atUs), kind, payload };
      pieces.push(encodeFrameHeader(frame), payload);
    }
    return joined(pieces);
  };
  const nowUs = segments.length * SEGMENT_US;
  return {
    whole: whole[0]!,
    spentMs: () => spentMs,
    source: {
      index: async () => ({
        ...{ sandbox: 'sbx_synthetic' as SandboxId, createdAtMs: 0, endedAtMs: 1, parent: null },
        ...{ nowUs, lastSeq: segments.length * (UPDATES + 1), tracks: [{ track: 'screen', segments }] },
      }),
      segment: async (_, number) => {
        const from = performance.now();
        const bytes = make(number);
        spentMs += performance.now() - from;
        return bytes;
      },
      blob: async () => new Uint8Array(),
      events: async () => [],
    },
  };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
