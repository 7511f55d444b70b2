/** Draws on the root window over the X protocol itself: exact rectangles and pictures, for tests. */
import { once } from 'node:events';
import type { Socket } from 'node:net';

const INCLUDE_INFERIORS = 1;
const MAX_IMAGE_BYTES = 200_000;

export class XClient {
  readonly #socket: Socket;
  readonly #root: number;
  readonly #context: number;
  readonly #depth: number;

  private constructor(socket: Socket, setup: Buffer) {
    this.#socket = socket;
    this.#context = setup.readUInt32LE(12);
    const vendorBytes = setup.readUInt16LE(24);
    const screen = 40 + ((vendorBytes + 3) & ~3) + setup[29]! * 8;
    this.#root = setup.readUInt32LE(screen);
    this.#depth = setup[screen + 38]!;
    const createContext = 55;
    const foregroundAndSubwindows = (1 << 2) | (1 << 15);
    this.#request(createContext, 0, words(this.#context, this.#root, foregroundAndSubwindows, 0, INCLUDE_INFERIORS));
  }

  static async connect(socket: Socket): Promise<XClient> {
    const hello = Buffer.alloc(12);
    hello[0] = 'l'.charCodeAt(0);
    hello.writeUInt16LE(11, 2);
    socket.write(hello);
    const head = await read(socket, 8);
    if (head[0] !== 1) throw new Error('X refused the connection');
    return new XClient(socket, Buffer.concat([head, await read(socket, head.readUInt16LE(6) * 4)]));
  }

  fill(colour: number, area: { x: number; y: number; width: number; height: number }): void {
    const changeContext = 56;
    const fillRectangles = 70;
    this.#request(changeContext, 0, words(this.#context, 1 << 2, colour));
    this.#request(
      fillRectangles,
      0,
      Buffer.concat([words(this.#root, this.#context), halves(area.x, area.y, area.width, area.height)]),
    );
  }

  /** `pixels`: 0x00RRGGBB, row by row. */
  image(pixels: Uint32Array, area: { x: number; y: number; width: number; height: number }): void {
    const putImage = 72;
    const zPixmap = 2;
    const rowsAtOnce = Math.max(1, Math.floor(MAX_IMAGE_BYTES / (area.width * 4)));
    for (let row = 0; row < area.height; row += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, area.height - row);
      const part = pixels.subarray(row * area.width, (row + rows) * area.width);
      const head = Buffer.concat([
        words(this.#root, this.#context),
        halves(area.width, rows, area.x, area.y + row),
        Buffer.from([0, this.#depth, 0, 0]),
      ]);
      this.#request(
        putImage,
        zPixmap,
        Buffer.concat([head, Buffer.from(part.buffer, part.byteOffset, part.byteLength)]),
      );
    }
  }

  /** Everything asked before is done. */
  async sync(): Promise<void> {
    const getInputFocus = 43;
    this.#request(getInputFocus, 0, Buffer.alloc(0));
    await read(this.#socket, 32);
  }

  close(): void {
    this.#socket.destroy();
  }

  #request(opcode: number, detail: number, body: Buffer): void {
    const head = Buffer.alloc(4);
    head[0] = opcode;
    head[1] = detail;
    head.writeUInt16LE(1 + body.length / 4, 2);
    this.#socket.write(Buffer.concat([head, body]));
  }
}

function words(...values: number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer);
}

function halves(...values: number[]): Buffer {
  return Buffer.from(Uint16Array.from(values).buffer);
}

async function read(socket: Socket, length: number): Promise<Buffer> {
  for (;;) {
    const bytes = socket.read(length) as Buffer | null;
    if (bytes) return bytes;
    await once(socket, 'readable');
  }
}
