import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { TerminalId } from '@sandglass/protocol';
import {
  encodeData,
  encodeMessage,
  type Frame,
  FrameReader,
  guestProtocolVersion,
  windowBytes,
} from '@sandglass/protocol/guest';
import { describe, expect, it } from 'vitest';
import { GuestLink } from './guestLink.ts';
import { MemorySink, testSecret } from './guestWorld.ts';

const terminal = 'trm_hostile' as TerminalId;

/** A link, and whoever plays its guest. */
class HostileWorld implements AsyncDisposable {
  readonly sink = new MemorySink();
  readonly link: GuestLink;
  readonly #sockets: Socket[] = [];
  readonly #server: Server;

  private constructor(server: Server, more: { inheritedSecret?: string }) {
    this.#server = server;
    this.link = new GuestLink({ secret: testSecret, onGone: () => {}, ...more });
    this.link.sink = this.sink;
    this.link.attach(server);
  }

  static async open(more: { inheritedSecret?: string } = {}): Promise<HostileWorld> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HostileWorld(server, more);
  }

  async dial(): Promise<Socket> {
    const socket = connect((this.#server.address() as { port: number }).port, '127.0.0.1');
    socket.on('error', () => {});
    this.#sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  hello(more: object = {}): Buffer {
    const version = guestProtocolVersion;
    return encodeMessage({
      type: 'hello',
      version,
      secret: testSecret,
      bootId: 'x',
      terminals: [],
      execs: [],
      ...more,
    });
  }

  async guest(more: object = {}): Promise<Socket> {
    const socket = await this.dial();
    socket.write(this.hello(more));
    await this.link.arrival(5000);
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.link.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

async function closed(socket: Socket): Promise<true> {
  socket.resume();
  if (!socket.destroyed) await once(socket, 'close');
  return true;
}

async function nextFrame(socket: Socket): Promise<Frame> {
  const reader = new FrameReader();
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    for (const frame of reader.push(chunk)) return frame;
  }
}

describe('guest link', () => {
  it.each([
    ['a wrong secret', (world: HostileWorld) => world.hello({ secret: 'cd'.repeat(24) })],
    ['no secret', (world: HostileWorld) => world.hello({ secret: undefined })],
    ['another version', (world: HostileWorld) => world.hello({ version: 999 })],
    ['a hello that is none', () => encodeMessage(null)],
    ['a frame larger than allowed', () => Buffer.from([0x7f, 0xff, 0xff, 0xff, 1])],
    ['data before hello', () => Buffer.concat(encodeData(terminal, 0, Buffer.from('x')))],
    ['no frame at all', () => Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['ids that are none', (world: HostileWorld) => world.hello({ terminals: [{ id: '../../etc' }] })],
  ])('drops who comes with %s, and goes on', async (_what, say) => {
    await using world = await HostileWorld.open();
    const socket = await world.dial();
    socket.write(say(world));
    expect(await closed(socket)).toBe(true);
    expect(world.link.connected).toBe(false);
    await world.guest();
    expect(world.link.connected).toBe(true);
  });

  it('lets a newer guest take the place of the older one', async () => {
    await using world = await HostileWorld.open();
    const older = await world.guest();
    const newer = await world.dial();
    newer.write(world.hello());
    expect(await closed(older)).toBe(true);
    expect((await nextFrame(newer)).type).toBe('message');
  });

  it.each([
    ['a gap', [encodeData(terminal, 5, Buffer.from('x'))]],
    ['an unknown message', [[encodeMessage({ type: 'sudo' })]]],
    [
      'more than its window',
      Array.from({ length: 17 }, (_, n) => encodeData(terminal, n * 65_536, Buffer.alloc(65_536))),
    ],
  ] as const)('ends a guest that sends %s', async (_what, frames) => {
    await using world = await HostileWorld.open();
    expect(17 * 65_536).toBeGreaterThan(windowBytes);
    world.sink.gate = new Promise(() => {});
    const output = { acked: 0, end: 0 };
    const socket = await world.guest({ terminals: [{ id: terminal, columns: 80, rows: 24, output, input: 0 }] });
    for (const frame of frames) for (const part of frame) socket.write(part);
    expect(await closed(socket)).toBe(true);
  });

  it('refuses an answer that is not what was asked for', async () => {
    await using world = await HostileWorld.open();
    const socket = await world.guest();
    const asked = world.link.ask('stat', { path: '/etc/passwd' });
    socket.write(encodeMessage({ type: 'reply', id: 1, result: { name: 7 } }));
    await expect(asked).rejects.toMatchObject({ code: 'sandboxLost' });
  });

  it('ignores output of programs nobody started', async () => {
    await using world = await HostileWorld.open();
    const socket = await world.guest();
    for (const part of encodeData('exe_unasked/1', 0, Buffer.from('x'))) socket.write(part);
    socket.write(encodeMessage({ type: 'files', changes: [], dropped: 1 }));
    const asked = world.link.ask('remove', { path: 'x', recursive: false });
    socket.write(encodeMessage({ type: 'reply', id: 1, result: {} }));
    await asked;
    expect(world.sink.sizes.size).toBe(0);
  });

  it('moves the numbers of a guest whose past is shorter than the log', async () => {
    await using world = await HostileWorld.open();
    world.sink.sizes.set(terminal, 1000);
    const socket = await world.dial();
    const output = { acked: 100, end: 400 };
    socket.write(world.hello({ terminals: [{ id: terminal, columns: 80, rows: 24, output, input: 0 }] }));
    const welcome = await nextFrame(socket);
    expect(welcome.type === 'message' && JSON.parse(welcome.json)).toMatchObject({
      streams: [{ stream: terminal, offset: 1000, shift: 600 }],
    });
  });

  it('begins the log of a fork where the memory it came with was acknowledged', async () => {
    await using world = await HostileWorld.open({ inheritedSecret: 'of-the-source' });
    const socket = await world.dial();
    const output = { acked: 300, end: 400 };
    const terminals = [{ id: terminal, columns: 80, rows: 24, output, input: 0 }];
    socket.write(world.hello({ terminals, secret: 'of-the-source' }));
    const welcome = await nextFrame(socket);
    expect(welcome.type === 'message' && JSON.parse(welcome.json)).toMatchObject({
      streams: [{ stream: terminal, offset: 0, shift: -300 }],
    });
  });
});
