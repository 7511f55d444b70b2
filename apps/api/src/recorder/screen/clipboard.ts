/** The clipboard over RFB: extended (UTF-8, asked for when needed) where the server knows it, Latin-1 elsewhere. */
import { constants, deflateSync, inflateSync } from 'node:zlib';
import { clientMessage } from './rfbWire.ts';

const TEXT = 1;
const CAPABILITIES = 1 << 24;
const REQUEST = 1 << 25;
const PEEK = 1 << 26;
const NOTIFY = 1 << 27;
const PROVIDE = 1 << 28;
const ACTIONS = CAPABILITIES | REQUEST | PEEK | NOTIFY | PROVIDE;
/** As much as a client may send the other way (protocol's stream). */
export const MAX_CLIPBOARD_CHARACTERS = 262_144;
const MAX_CLIPBOARD_BYTES = 4 * MAX_CLIPBOARD_CHARACTERS;

export class RfbClipboard {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #onText: (text: string) => void;
  #kind: 'plain' | 'extended' = 'plain';
  #offered: string | undefined;

  constructor(send: (bytes: Uint8Array) => void, onText: (text: string) => void) {
    this.#send = send;
    this.#onText = onText;
  }

  /** Puts text on the screen's clipboard. */
  offer(text: string): void {
    this.#offered = text;
    if (this.#kind === 'extended') this.#send(extended(NOTIFY | TEXT));
    else this.#send(plain(text));
  }

  /** What the server said of its clipboard. Rubbish is ignored: the picture matters more. */
  handle(kind: 'plain' | 'extended', bytes: Uint8Array): void {
    if (kind === 'plain') {
      this.#tell(Buffer.from(bytes).toString('latin1'));
      return;
    }
    if (bytes.length < 4) return;
    const flags = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    // Capabilities name every action their sender knows, so they are looked at first.
    if (flags & CAPABILITIES) this.#answerCapabilities();
    else if ((flags & ACTIONS) === NOTIFY && flags & TEXT) this.#send(extended(REQUEST | TEXT));
    else if ((flags & ACTIONS) === PEEK) this.#send(extended(this.#offered === undefined ? NOTIFY : NOTIFY | TEXT));
    else if ((flags & ACTIONS) === REQUEST && flags & TEXT) this.#provide();
    else if ((flags & ACTIONS) === PROVIDE && flags & TEXT) this.#receive(bytes.subarray(4));
  }

  #answerCapabilities(): void {
    this.#kind = 'extended';
    const limit = Buffer.alloc(4);
    // Zero: always announce, never send unasked.
    limit.writeUInt32BE(0);
    this.#send(extended(ACTIONS | TEXT, limit));
    if (this.#offered !== undefined) this.#send(extended(NOTIFY | TEXT));
  }

  #provide(): void {
    if (this.#offered === undefined) return;
    const text = Buffer.from(`${this.#offered.replaceAll(/\r?\n/g, '\r\n')}\0`);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    this.#send(extended(PROVIDE | TEXT, deflateSync(Buffer.concat([length, text]))));
  }

  #receive(compressed: Uint8Array): void {
    let data: Buffer;
    try {
      // Servers flush the stream and do not end it.
      data = inflateSync(compressed, { maxOutputLength: MAX_CLIPBOARD_BYTES, finishFlush: constants.Z_SYNC_FLUSH });
    } catch {
      return;
    }
    if (data.length < 4) return;
    const text = data.subarray(4, 4 + data.readUInt32BE(0));
    this.#tell(text.toString('utf8').replace(/\0+$/, ''));
  }

  #tell(text: string): void {
    this.#onText(text.replaceAll('\r\n', '\n').slice(0, MAX_CLIPBOARD_CHARACTERS));
  }
}

function extended(flags: number, data: Uint8Array = new Uint8Array(0)): Buffer {
  const out = Buffer.alloc(12 + data.length);
  out[0] = clientMessage.cutText;
  out.writeInt32BE(-(4 + data.length), 4);
  out.writeUInt32BE(flags >>> 0, 8);
  out.set(data, 12);
  return out;
}

function plain(text: string): Buffer {
  const latin = Buffer.from(text.replaceAll(/[^\u0000-\u00ff]/g, '?'), 'latin1');
  const head = Buffer.alloc(8);
  head[0] = clientMessage.cutText;
  head.writeUInt32BE(latin.length, 4);
  return Buffer.concat([head, latin]);
}
