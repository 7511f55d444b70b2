import { getUint48, setUint48 } from '@sandglass/protocol';

/** Payloads of terminal tracks, other than output. Integers are big-endian; on disk for ever. */

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The state of a terminal after the frame at `seq`, as something to write to an empty one of that size. */
export interface StoredTerminal extends TerminalSize {
  readonly seq: number;
  /** Output bytes up to there. */
  readonly bytes: number;
  readonly drawing: string;
}

/** u16 columns · u16 rows. */
export function encodeResize({ columns, rows }: TerminalSize): Uint8Array {
  const out = new Uint8Array(4);
  const view = new DataView(out.buffer);
  view.setUint16(0, columns);
  view.setUint16(2, rows);
  return out;
}

/** @throws RangeError when it is too short. */
export function decodeResize(payload: Uint8Array): TerminalSize {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return { columns: view.getUint16(0), rows: view.getUint16(2) };
}

const SNAPSHOT_HEADER_BYTES = 16;

/** u48 seq · u48 output bytes · u16 columns · u16 rows · UTF-8. */
export function encodeStoredTerminal(stored: StoredTerminal): Uint8Array {
  const text = new TextEncoder().encode(stored.drawing);
  const out = new Uint8Array(SNAPSHOT_HEADER_BYTES + text.length);
  const view = new DataView(out.buffer);
  setUint48(view, 0, stored.seq);
  setUint48(view, 6, stored.bytes);
  view.setUint16(12, stored.columns);
  view.setUint16(14, stored.rows);
  out.set(text, SNAPSHOT_HEADER_BYTES);
  return out;
}

/** @throws RangeError when it is too short. */
export function decodeStoredTerminal(payload: Uint8Array): StoredTerminal {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return {
    seq: getUint48(view, 0),
    bytes: getUint48(view, 6),
    columns: view.getUint16(12),
    rows: view.getUint16(14),
    drawing: new TextDecoder().decode(payload.subarray(SNAPSHOT_HEADER_BYTES)),
  };
}
