/** One long-lived RFB connection: keeps updates coming, answers fences, and turns calls into messages. */
import type { Duplex } from 'node:stream';
import { RECORD_LOSSLESS, recordKind, type ScreenRecord } from '@sandglass/protocol';
import { ByteReader } from './byteReader.ts';
import { RfbClipboard } from './clipboard.ts';
import { parseServer } from './rfbParser.ts';
import * as wire from './rfbWire.ts';
import { TightDecoder } from './tight.ts';

export interface RfbClientEvents {
  ready(width: number, height: number): void;
  /** The whole screen follows. May come several times for one change. */
  resized(width: number, height: number): void;
  update(records: readonly ScreenRecord[]): void;
  /** A program of the sandbox put the pointer there (xdotool); what comes through here is not told back. */
  pointerPut(x: number, y: number): void;
  clipboard(text: string): void;
  /** Last call. */
  ended(reason: string): void;
}

/** X answers a refresh within a few frames; when it does not, live updates must not stay uncompressed. */
const REFRESH_TIMEOUT_MS = 500;
/** Nobody looks: X gathers what changes between two states of the log, which costs it and us a fraction. */
const RECORDED_EVERY_MS = 100;

/** live: every update at once. recorded: ten a second, for the log alone. */
export type Pace = 'live' | 'recorded';

export class RfbClient {
  readonly #stream: Duplex;
  readonly #events: RfbClientEvents;
  readonly #clipboard: RfbClipboard;
  readonly #tight = new TightDecoder();
  #phase: 'handshake' | 'open' | 'ended' = 'handshake';
  #pace: Pace;
  #pacing: 'requested' | 'continuous' = 'requested';
  #knowsContinuous = false;
  #requestTimer: NodeJS.Timeout | undefined;
  #size = { width: 0, height: 0, screenId: 0 };
  #refresh: Refresh | undefined;

  constructor(stream: Duplex, events: RfbClientEvents, pace: Pace = 'live') {
    this.#stream = stream;
    this.#pace = pace;
    this.#events = events;
    this.#clipboard = new RfbClipboard(
      (bytes) => this.#send(bytes),
      (text) => events.clipboard(text),
    );
    const parser = parseServer(
      {
        send: (bytes) => this.#send(bytes),
        ready: (width, height) => this.#start(width, height),
        update: (records) => this.#handleUpdate(records),
        resized: (width, height, screenId) => this.#handleResize(width, height, screenId),
        pointerPut: (x, y) => events.pointerPut(x, y),
        continuousUpdatesKnown: () => this.#handleContinuousUpdates(),
        fence: (flags, payload) => this.#sendIfAny(wire.answerFence(flags, payload)),
        cutText: (kind, bytes) => this.#clipboard.handle(kind, bytes),
      },
      { tight: this.#tight },
    );
    const reader = new ByteReader(parser);
    stream.on('data', (chunk: Buffer) => {
      if (this.#phase === 'ended') return;
      try {
        reader.push(chunk);
      } catch (error) {
        this.#end(error instanceof Error ? error.message : 'the screen sent rubbish');
      }
    });
    stream.on('error', (error) => this.#end(error.message));
    stream.on('end', () => this.#end('the screen closed the connection'));
    stream.on('close', () => this.#end('the connection to the screen closed'));
  }

  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  setPace(pace: Pace): void {
    if (pace === this.#pace) return;
    this.#pace = pace;
    if (this.#phase !== 'open') return;
    clearTimeout(this.#requestTimer);
    if (this.#pacing === 'continuous') {
      this.#pacing = 'requested';
      this.#send(wire.setContinuousUpdates(this.#all(), false));
    }
    if (pace === 'live' && this.#knowsContinuous) this.#goContinuous();
    else this.#send(wire.updateRequest(this.#all(), true));
  }

  /** Asks for these areas exactly; JPEG is switched on again when they are there. */
  refresh(areas: readonly wire.Rectangle[]): void {
    if (this.#phase !== 'open' || this.#refresh || areas.length === 0) return;
    this.#send(wire.setEncodings('lossless'));
    for (const area of areas) this.#send(wire.updateRequest(area, false));
    this.#refresh = {
      areas: areas.map((area) => ({ area, missingPixels: area.width * area.height })),
      timeout: setTimeout(() => this.#endRefresh(), REFRESH_TIMEOUT_MS),
    };
    this.#refresh.timeout.unref();
  }

  /** The whole screen again. */
  requestAll(): void {
    if (this.#phase === 'open') this.#send(wire.updateRequest(this.#all(), false));
  }

  pointer(x: number, y: number, buttons: number): void {
    if (this.#phase !== 'open') return;
    this.#send(wire.pointer(Math.min(x, this.#size.width - 1), Math.min(y, this.#size.height - 1), buttons));
  }

  key(keysym: number, down: boolean): void {
    if (this.#phase === 'open') this.#send(wire.key(keysym, down));
  }

  offerClipboard(text: string): void {
    if (this.#phase === 'open') this.#clipboard.offer(text);
  }

  resize(width: number, height: number): void {
    if (this.#phase !== 'open' || (width === this.#size.width && height === this.#size.height)) return;
    this.#send(wire.setDesktopSize(width, height, this.#size.screenId));
  }

  close(): void {
    this.#end('closed');
  }

  #start(width: number, height: number): void {
    this.#phase = 'open';
    this.#size = { width, height, screenId: 0 };
    this.#events.ready(width, height);
    this.#send(wire.setPixelFormat());
    this.#send(wire.setEncodings('lossy'));
    this.#send(wire.updateRequest(this.#all(), false));
  }

  #handleUpdate(records: readonly ScreenRecord[]): void {
    if (this.#refresh) this.#noteRefreshed(this.#refresh, records);
    this.#events.update(records);
    if (this.#phase === 'open' && this.#pacing === 'requested') this.#requestNext();
  }

  #requestNext(): void {
    if (this.#pace === 'live') {
      this.#send(wire.updateRequest(this.#all(), true));
      return;
    }
    clearTimeout(this.#requestTimer);
    this.#requestTimer = setTimeout(() => this.#send(wire.updateRequest(this.#all(), true)), RECORDED_EVERY_MS);
    this.#requestTimer.unref();
  }

  #handleResize(width: number, height: number, screenId: number): void {
    const isSame = width === this.#size.width && height === this.#size.height;
    this.#size = { width, height, screenId };
    if (isSame) return;
    this.#events.resized(width, height);
    if (this.#pacing === 'continuous') this.#goContinuous();
    this.#send(wire.updateRequest(this.#all(), false));
  }

  /** Said once at the start, and again whenever they were switched off. */
  #handleContinuousUpdates(): void {
    if (this.#knowsContinuous) return;
    this.#knowsContinuous = true;
    if (this.#pace === 'live') this.#goContinuous();
  }

  #goContinuous(): void {
    this.#pacing = 'continuous';
    this.#send(wire.setContinuousUpdates(this.#all(), true));
  }

  /** X answers in several updates; switching back after the first would make the others inexact again. */
  #noteRefreshed(refresh: Refresh, records: readonly ScreenRecord[]): void {
    for (const record of records.filter(isExact)) {
      for (const wanted of refresh.areas) wanted.missingPixels -= commonPixels(wanted.area, record);
    }
    refresh.areas = refresh.areas.filter(({ missingPixels }) => missingPixels > 0);
    if (refresh.areas.length === 0) this.#endRefresh();
  }

  #endRefresh(): void {
    if (!this.#refresh) return;
    clearTimeout(this.#refresh.timeout);
    this.#refresh = undefined;
    this.#send(wire.setEncodings('lossy'));
  }

  #all(): wire.Rectangle {
    return { x: 0, y: 0, width: this.#size.width, height: this.#size.height };
  }

  #sendIfAny(bytes: Uint8Array | undefined): void {
    if (bytes) this.#send(bytes);
  }

  #send(bytes: Uint8Array): void {
    if (this.#phase !== 'ended') this.#stream.write(bytes);
  }

  #end(reason: string): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    clearTimeout(this.#refresh?.timeout);
    clearTimeout(this.#requestTimer);
    this.#refresh = undefined;
    this.#tight.close();
    this.#stream.destroy();
    this.#events.ended(reason);
  }
}

/** What was asked for exactly and has not come yet. */
interface Refresh {
  areas: { readonly area: wire.Rectangle; missingPixels: number }[];
  readonly timeout: NodeJS.Timeout;
}

function isExact(record: ScreenRecord): boolean {
  return record.kind !== recordKind.cursor && (record.flags & RECORD_LOSSLESS) !== 0;
}

function commonPixels(a: wire.Rectangle, b: wire.Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}
