/**
 * Undoes one of Tight's zlib streams, which live as long as the connection. Node's zlib has no public call that feeds a
 * stream and gives the output at once; its internal one does and is five times as fast as doing it in JavaScript, so it is
 * used where a self-test shows that it is there and works, and `replay`'s JavaScript one elsewhere.
 */
import zlib from 'node:zlib';
import { createInflateStream as createPortableInflateStream } from '@sandglass/replay';

export interface InflateStream {
  /** `compressed` must hold exactly `size` more bytes of output. @throws RangeError when it does not. */
  inflate(compressed: Uint8Array, size: number): Uint8Array;
  close(): void;
}

interface NativeHandle {
  writeSync(
    flush: number,
    input: Uint8Array,
    inputAt: number,
    inputLength: number,
    output: Uint8Array,
    outputAt: number,
    outputLength: number,
  ): void;
}
type NativeInflate = zlib.Inflate & { _handle?: NativeHandle; _writeState?: Uint32Array };

export function createNativeInflateStream(): InflateStream {
  const stream = zlib.createInflate() as NativeInflate;
  const handle = stream._handle;
  const state = stream._writeState;
  if (typeof handle?.writeSync !== 'function' || !(state instanceof Uint32Array))
    throw new Error('this Node hides zlib');
  let failure: unknown;
  stream.on('error', (error) => {
    failure = error;
  });
  return {
    inflate(compressed, size) {
      // One byte more than expected: output that is too long is seen, not cut.
      const output = new Uint8Array(size + 1);
      handle.writeSync(zlib.constants.Z_SYNC_FLUSH, compressed, 0, compressed.length, output, 0, output.length);
      const [freeOutput, unreadInput] = [state[0], state[1]];
      if (failure || stream.destroyed || freeOutput !== 1 || unreadInput !== 0) {
        throw new RangeError('a Tight stream does not hold what it should');
      }
      return output.subarray(0, size);
    },
    close: () => stream.close(),
  };
}

export { createPortableInflateStream };

function isNativeUsable(): boolean {
  try {
    const texts = ['self-test', 'self-test, second part'].map((text) => Buffer.from(text));
    const whole = zlib.deflateSync(Buffer.concat(texts), { finishFlush: zlib.constants.Z_SYNC_FLUSH });
    const stream = createNativeInflateStream();
    const length = texts[0]!.length + texts[1]!.length;
    const same = Buffer.from(stream.inflate(whole, length)).equals(Buffer.concat(texts));
    stream.close();
    return same;
  } catch {
    return false;
  }
}

let choice: (() => InflateStream) | undefined;

export function createInflateStream(): InflateStream {
  choice ??= isNativeUsable() ? createNativeInflateStream : createPortableInflateStream;
  return choice();
}
