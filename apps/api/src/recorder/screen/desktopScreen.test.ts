import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex, PassThrough } from 'node:stream';
import {
  AppError,
  decodeScreenMessage,
  type SandboxId,
  type ScreenMessage,
  screenMessage,
  type TokenId,
} from '@sandglass/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type SandboxLog, trackFrame } from '../log.ts';
import { openLogStore } from '../logStore.ts';
import { DesktopScreen } from './desktopScreen.ts';

let directory: string;
let store: ReturnType<typeof openLogStore>;
let log: SandboxLog;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  directory = mkdtempSync(join(tmpdir(), 'sandglass-desktop-'));
  store = openLogStore({ directory });
  log = store.open('sbx_aaaaaaaaaa' as SandboxId, { createdAtMs: Date.now() });
});

afterEach(() => {
  vi.useRealTimers();
  store.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The server's end of a connection, played by hand. */
class FakeServer {
  readonly #toClient = new PassThrough();
  readonly #fromClient = new PassThrough();
  readonly stream = Duplex.from({ readable: this.#toClient, writable: this.#fromClient });

  constructor() {
    this.stream.on('error', () => {});
  }

  say(...bytes: (number[] | string | Buffer)[]): void {
    this.#toClient.write(Buffer.concat(bytes.map((part) => Buffer.from(part as string))));
  }

  greet(width = 32, height = 16): void {
    const start = Buffer.alloc(24);
    start.writeUInt16BE(width, 0);
    start.writeUInt16BE(height, 2);
    this.say('RFB 003.008\n', [1, 1], [0, 0, 0, 0], start);
  }

  /** A fill over some part of the screen. */
  fill(x: number, y: number, width: number, height: number): void {
    const rectangle = Buffer.alloc(12);
    for (const [i, value] of [x, y, width, height].entries()) rectangle.writeUInt16BE(value, i * 2);
    rectangle.writeInt32BE(7, 8);
    this.say([0, 0, 0, 1], rectangle, [0x80, 1, 2, 3]);
  }

  heard(): Buffer {
    return (this.#fromClient.read() as Buffer | null) ?? Buffer.alloc(0);
  }
}

const turn = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
};

function startScreen(open: () => Promise<Duplex>, onError: (error: unknown) => void = () => {}) {
  const screen = new DesktopScreen({ open, log }, { nowMs: () => 0, onError });
  const messages: ScreenMessage[] = [];
  const ended: string[] = [];
  const handle = screen.watch({
    onMessage: (encoded) => void messages.push(decodeScreenMessage(encoded)),
    onClipboard() {},
    onEnded: (reason) => void ended.push(reason),
  });
  return { screen, messages, ended, handle };
}

describe('desktop screen', () => {
  test('tries again, ever slower, until X is there', async () => {
    const server = new FakeServer();
    let attempts = 0;
    const { screen, messages } = startScreen(async () => {
      attempts++;
      if (attempts < 4) throw new AppError('portClosed', 'not yet');
      return server.stream;
    });
    await turn();
    for (const [waitMs, expected] of [
      [99, 1],
      [1, 2],
      [199, 2],
      [1, 3],
      [400, 4],
    ] as const) {
      vi.advanceTimersByTime(waitMs);
      await turn();
      expect(attempts).toBe(expected);
    }
    server.greet();
    server.fill(0, 0, 32, 16);
    await turn();
    expect(messages.map(({ type }) => type)).toEqual([screenMessage.liveSet]);
    screen.close('done');
  });

  test('rubbish ends the connection, not the screen', async () => {
    const servers: FakeServer[] = [];
    const { screen, messages, ended } = startScreen(async () => {
      const server = new FakeServer();
      servers.push(server);
      return server.stream;
    });
    await turn();
    servers[0]!.greet();
    servers[0]!.fill(0, 0, 32, 16);
    servers[0]!.fill(30, 0, 32, 16);
    await turn();
    expect(servers[0]!.stream.destroyed).toBe(true);
    vi.advanceTimersByTime(100);
    await turn();
    servers[1]!.greet();
    servers[1]!.fill(0, 0, 16, 16);
    servers[1]!.fill(16, 0, 16, 16);
    await turn();
    // The second picture is shown when it is whole, and then whole.
    expect(messages.map(({ type, records }) => [type, records.length])).toEqual([
      [screenMessage.liveSet, 1],
      [screenMessage.liveSet, 2],
    ]);
    expect(ended).toEqual([]);
    screen.close('done');
    expect(ended).toEqual(['done']);
  });

  test('a server without continuous updates is asked after each one', async () => {
    const server = new FakeServer();
    const { screen } = startScreen(async () => server.stream);
    server.greet();
    await turn();
    server.heard();
    for (let i = 0; i < 3; i++) {
      server.fill(0, 0, 32, 16);
      await turn();
      expect([...server.heard()]).toEqual([3, 1, 0, 0, 0, 0, 0, 32, 0, 16]);
    }
    server.say([150]);
    await turn();
    expect([...server.heard()]).toEqual([150, 1, 0, 0, 0, 0, 0, 32, 0, 16]);
    server.fill(0, 0, 32, 16);
    server.say([248, 0, 0, 0, 0x80, 0, 0, 3, 2, 9, 9]);
    await turn();
    expect([...server.heard()]).toEqual([248, 0, 0, 0, 0, 0, 0, 3, 2, 9, 9]);
    screen.close('done');
  });

  test('while nobody looks it asks ten times a second; the first viewer gets every update at once', async () => {
    const server = new FakeServer();
    const { screen, handle } = startScreen(async () => server.stream);
    handle.close();
    server.greet();
    server.say([150]);
    server.fill(0, 0, 32, 16);
    await turn();
    server.heard();
    const request = [3, 1, 0, 0, 0, 0, 0, 32, 0, 16];
    for (let i = 0; i < 2; i++) {
      vi.advanceTimersByTime(99);
      await turn();
      expect([...server.heard()]).toEqual([]);
      vi.advanceTimersByTime(1);
      await turn();
      expect([...server.heard()]).toEqual(request);
      server.fill(0, 0, 32, 16);
      await turn();
    }
    const again = screen.watch({ onMessage() {}, onClipboard() {}, onEnded() {} });
    await turn();
    expect([...server.heard()]).toEqual([150, 1, 0, 0, 0, 0, 0, 32, 0, 16]);
    server.fill(0, 0, 32, 16);
    await turn();
    expect([...server.heard()]).toEqual([]);
    again.close();
    // The server says so when they are off; that is no invitation to switch them on.
    server.say([150]);
    await turn();
    expect([...server.heard()]).toEqual([150, 0, 0, 0, 0, 0, 0, 32, 0, 16, ...request]);
    screen.close('done');
  });

  test('what does not come whole is asked for again and then shown as it is', async () => {
    const server = new FakeServer();
    const { screen, messages } = startScreen(async () => server.stream);
    server.greet();
    server.fill(0, 0, 16, 16);
    await turn();
    server.heard();
    vi.advanceTimersByTime(1_000);
    await turn();
    expect([...server.heard()]).toEqual([3, 0, 0, 0, 0, 0, 0, 32, 0, 16]);
    expect(messages).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(messages.map(({ records }) => records.length)).toEqual([1]);
    screen.close('done');
  });

  test('a connection that comes after the end is dropped', async () => {
    const server = new FakeServer();
    let arrive: (stream: Duplex) => void = () => {};
    const { screen } = startScreen(
      () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    );
    screen.close('done');
    arrive(server.stream);
    await turn();
    expect(server.stream.destroyed).toBe(true);
    vi.advanceTimersByTime(60_000);
  });

  test('a full disk stops the recording and not the picture', async () => {
    const server = new FakeServer();
    const errors: unknown[] = [];
    const appendFrame = log.appendFrame.bind(log);
    let isFull = true;
    const full = new AppError('noSpace', 'full');
    // Not a stand-in: the real log, with a disk that is full for a while.
    log.appendFrame = (...values) => {
      if (isFull) throw full;
      return appendFrame(...values);
    };
    const { screen, messages } = startScreen(
      async () => server.stream,
      (error) => errors.push(error),
    );
    server.greet();
    server.fill(0, 0, 32, 16);
    await turn();
    expect(errors).toEqual([full]);
    expect(messages).toHaveLength(1);
    isFull = false;
    server.fill(0, 0, 8, 8);
    await turn();
    vi.advanceTimersByTime(100);
    const stored = [...log.frames('screen', 0)].map(({ payload }) => decodeScreenMessage(payload));
    expect(stored.map(({ type, records }) => [type, records.length])).toEqual([[screenMessage.liveSet, 2]]);
    expect(log.events(0, 10).map(({ kind }) => kind)).toEqual(['screen.opened', 'recorder.gap']);
    screen.close('done');
  });

  test('a private moment is seen by who asked for it, and leaves nothing; then everybody sees what stands there', async () => {
    const server = new FakeServer();
    const screen = new DesktopScreen({ open: async () => server.stream, log }, { nowMs: () => 0, onError: () => {} });
    const watch = (token: string) => {
      const messages: ScreenMessage[] = [];
      screen.watch({
        token: token as TokenId,
        onMessage: (encoded) => void messages.push(decodeScreenMessage(encoded)),
        onClipboard: () => {},
        onEnded: () => {},
      });
      return messages;
    };
    const mine = watch('tok_mine');
    const others = watch('tok_other');
    await turn();
    server.greet();
    server.fill(0, 0, 32, 16);
    await turn();
    expect([mine.length, others.length]).toEqual([1, 1]);
    vi.advanceTimersByTime(1_000);
    const frames = () => [...log.frames('screen', 0)].length;
    const before = frames();
    log.startPrivate({ actor: 'person', token: 'tok_mine' }, { untilMs: Date.now() + 1_000 });
    server.fill(0, 0, 16, 16);
    await turn();
    const late = watch('tok_other');
    const mineToo = watch('tok_mine');
    vi.advanceTimersByTime(1_000);
    screen.flush();
    expect([mine.length, others.length, late.length, mineToo.length]).toEqual([2, 1, 0, 1]);
    expect(frames()).toBe(before);
    expect([screen.maySee('tok_mine'), screen.maySee('tok_other'), screen.maySee(undefined)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(screen.live).toBeUndefined();

    log.endPrivate({ actor: 'person', token: 'tok_mine' }, 'it was ended');
    expect(others.at(-1)?.type).toBe(screenMessage.update);
    expect(late.map(({ type }) => type)).toEqual([screenMessage.liveSet]);
    expect(frames()).toBe(before + 1);
    expect([...log.frames('screen', 0)].at(-1)?.kind).toBe(trackFrame.screenKey);
    screen.close('done');
  });
});
