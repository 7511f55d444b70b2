/**
 * What one viewer is sent. Its window is how many bytes may be on their way, unacknowledged: it grows while acknowledgements
 * come quickly and shrinks when they are late. While it is full the viewer gets nothing; then it gets, in one message, what
 * of the meantime still shows. So a slow viewer skips pictures and is never far behind.
 */
import { encodeScreenMessage, screenMessage } from '@sandglass/protocol';
import type { ScreenViewer } from '../../services.ts';
import type { LiveRecord, LiveSet } from './liveSet.ts';

const FIRST_WINDOW_BYTES = 256 * 1024;
/** About one JPEG of a video: less would stall. */
const MIN_WINDOW_BYTES = 24 * 1024;
const MAX_WINDOW_BYTES = 8 * 1_048_576;
/** Measured: 100 ms is felt as immediate, and above 250 ms a picture is worth less than the next one. */
const FAST_MS = 100;
const SLOW_MS = 250;
const SHRINK = 0.6;

interface Sent {
  readonly seq: number;
  readonly bytes: number;
  readonly sentMs: number;
}

export class ViewerLink {
  readonly #viewer: ScreenViewer;
  readonly #nowMs: () => number;
  readonly #onWay: Sent[] = [];
  #onWayBytes = 0;
  #windowBytes = FIRST_WINDOW_BYTES;
  #shrunkMs = Number.NEGATIVE_INFINITY;
  #sentSeq = 0;
  /** The live set this viewer's picture was started from; another one replaces the picture whole. */
  #drawn: LiveSet | undefined;
  #isBehind = false;

  constructor(viewer: ScreenViewer, nowMs: () => number) {
    this.#viewer = viewer;
    this.#nowMs = nowMs;
  }

  get windowBytes(): number {
    return this.#windowBytes;
  }

  /** An update that was just added to `live`, encoded. */
  offer(live: LiveSet, encoded: Uint8Array, position: { seq: number; atUs: number }): void {
    if (this.#isBehind || this.#drawn !== live || !this.#hasRoom(encoded.length)) {
      this.#isBehind = true;
      this.#catchUp(live);
      return;
    }
    this.#send(encoded, position);
  }

  /** The live set is new (first picture, another size, another X). */
  replace(live: LiveSet): void {
    this.#isBehind = true;
    this.#catchUp(live);
  }

  ack(seq: number, live: LiveSet | undefined): void {
    let delayMs: number | undefined;
    let ackedBytes = 0;
    while (this.#onWay[0] && this.#onWay[0].seq <= seq) {
      const sent = this.#onWay.shift()!;
      ackedBytes += sent.bytes;
      delayMs = this.#nowMs() - sent.sentMs;
      if (delayMs > SLOW_MS && sent.sentMs > this.#shrunkMs) {
        this.#windowBytes = Math.max(MIN_WINDOW_BYTES, this.#windowBytes * SHRINK);
        this.#shrunkMs = this.#nowMs();
      }
    }
    this.#onWayBytes -= ackedBytes;
    if (delayMs !== undefined && delayMs < FAST_MS)
      this.#windowBytes = Math.min(MAX_WINDOW_BYTES, this.#windowBytes + ackedBytes);
    if (this.#isBehind && live) this.#catchUp(live);
  }

  clipboard(text: string): void {
    this.#viewer.onClipboard(text);
  }

  end(reason: string): void {
    this.#viewer.onEnded(reason);
  }

  /** Half the window must be free, so that a slow viewer gets few whole pictures and not many scraps. */
  #catchUp(live: LiveSet): void {
    if (this.#onWayBytes > this.#windowBytes / 2) return;
    const isNew = this.#drawn !== live;
    const records = live.since(isNew ? 0 : this.#sentSeq);
    this.#isBehind = false;
    if (records.length === 0) return;
    const message = composeMessage(live, records, isNew);
    this.#drawn = live;
    this.#send(message.encoded, message);
  }

  #hasRoom(bytes: number): boolean {
    return this.#onWayBytes === 0 || this.#onWayBytes + bytes <= this.#windowBytes;
  }

  #send(encoded: Uint8Array, position: { seq: number; atUs: number }): void {
    this.#sentSeq = position.seq;
    this.#onWay.push({ seq: position.seq, bytes: encoded.length, sentMs: this.#nowMs() });
    this.#onWayBytes += encoded.length;
    this.#viewer.onMessage(encoded, position);
  }
}

/** One message of these records of `live`; `whole` makes it a live set, which replaces the picture. */
export function composeMessage(
  live: LiveSet,
  records: readonly LiveRecord[],
  whole: boolean,
): { encoded: Uint8Array; seq: number; atUs: number } {
  let seq = 0;
  let atUs = 0;
  for (const record of records) {
    seq = Math.max(seq, record.seq);
    atUs = Math.max(atUs, record.atUs);
  }
  const type = whole ? screenMessage.liveSet : screenMessage.update;
  const encoded = encodeScreenMessage({
    type,
    seq,
    atUs,
    width: live.width,
    height: live.height,
    records: records.map(({ record }) => record),
  });
  return { encoded, seq, atUs };
}
