import { AppError, frameKind } from '@sandglass/protocol';
import { describe, expect, it } from 'vitest';
import { type ConnectionState, Sandglass, Terminal } from '../src/node.ts';
import { exec, problem, sandbox, terminal } from './fixtures.ts';
import { ManualClock } from './manualClock.ts';
import { type Peer, reply, type ScriptedServer, startScriptedServer } from './scriptedServer.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const quick = {
  nowMs: () => Date.now(),
  random: () => 0,
  after: (ms: number, f: () => void) => {
    const timer = setTimeout(f, Math.min(ms, ms > 5_000 ? ms : 5));
    return () => clearTimeout(timer);
  },
};

function world(server: ScriptedServer, rest: object = {}) {
  return new Sandglass({ url: server.url, token: 'secret', clock: quick, ...rest });
}

/** Collects what arrives and lets a test wait for it. */
function collector() {
  const lines: string[] = [];
  const waiting: (() => void)[] = [];
  return {
    lines,
    add: (line: string) => {
      lines.push(line);
      for (const wake of waiting.splice(0)) wake();
    },
    async until(count: number): Promise<string[]> {
      while (lines.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
      return lines;
    },
  };
}

const snapshot = (drawing: string) => {
  const bytes = new TextEncoder().encode(`0000${drawing}`);
  new DataView(bytes.buffer).setUint16(0, 80);
  new DataView(bytes.buffer).setUint16(2, 24);
  return bytes;
};

async function attached(server: ScriptedServer, sandglass: Sandglass) {
  const heard = collector();
  const handle = new Terminal(terminal, undefined as never, sandglass.stream).attach({
    onOutput: (bytes) => heard.add(`out ${text(bytes)}`),
    onReset: (drawing, size) => heard.add(`reset ${size.columns}x${size.rows} ${text(drawing)}`),
    onEnded: (end) => heard.add(`end ${end.reason}`),
  });
  const peer = await server.nextPeer();
  const { channel } = await peer.expect('subscribe');
  peer.opened(channel, { sizing: true, size: { columns: 80, rows: 24 } });
  peer.bytes(frameKind.terminalSnapshot, { channel, seq: 10, payload: snapshot('$ ') });
  await heard.until(1);
  return { heard, handle, peer, channel };
}

describe('stream', () => {
  it('resumes a terminal where it broke off, losing and repeating nothing', async () => {
    await using server = await startScriptedServer((_, response) => reply(response, 200, {}));
    await using sandglass = world(server);
    const { heard, peer, channel, handle } = await attached(server, sandglass);
    peer.bytes(frameKind.terminal, { channel, seq: 11, payload: 'one' });
    await heard.until(2);
    peer.break();
    const next = await server.nextPeer();
    const again = await next.expect('subscribe');
    expect(again).toMatchObject({ channel, resumeFrom: 11, topic: { kind: 'terminal' } });
    next.opened(channel, { resumed: true });
    next.bytes(frameKind.terminal, { channel, seq: 12, payload: 'two' });
    expect(await heard.until(3)).toEqual(['reset 80x24 $ ', 'out one', 'out two']);
    await handle.write('ls\n');
    expect(await next.expect('terminalInput')).toMatchObject({ text: 'ls\n' });
    next.say({ type: 'ended', channel, seq: 13, reason: 'exited', exit: { code: 3, signal: null } });
    await heard.until(4);
    expect(handle.info.exit).toEqual({ code: 3, signal: null });
    await next.closed;
  });

  it('starts over when the server cannot resume', async () => {
    await using server = await startScriptedServer((_, response) => reply(response, 200, {}));
    await using sandglass = world(server);
    const { heard, peer, channel } = await attached(server, sandglass);
    peer.break();
    const next = await server.nextPeer();
    await next.expect('subscribe');
    next.opened(channel, { resumed: false });
    next.bytes(frameKind.terminalSnapshot, { channel, seq: 3, payload: snapshot('fresh') });
    await heard.until(2);
    next.break();
    expect(await (await server.nextPeer()).expect('subscribe')).toMatchObject({ resumeFrom: 3 });
  });

  it('acknowledges only what was handled, and counts anew on each connection', async () => {
    await using server = await startScriptedServer((_, response) => reply(response, 200, {}));
    await using sandglass = world(server);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const heard = collector();
    new Terminal(terminal, undefined as never, sandglass.stream).attach({
      onOutput: async (bytes) => {
        heard.add(`${bytes.length}`);
        if (heard.lines.length === 1) await held;
      },
    });
    const peer = await server.nextPeer();
    const { channel } = await peer.expect('subscribe');
    peer.opened(channel);
    peer.bytes(frameKind.terminal, { channel, seq: 1, payload: new Uint8Array(20_000) });
    peer.bytes(frameKind.terminal, { channel, seq: 2, payload: new Uint8Array(500) });
    await heard.until(1);
    expect(peer.received.filter((m) => m.type === 'ack')).toEqual([]);
    release();
    await peer.expect('ack', (ack) => ack.bytes === 20_500);
    peer.break();
    const next = await server.nextPeer();
    await next.expect('subscribe', (m) => m.resumeFrom === 2);
    next.opened(channel, { resumed: true });
    next.bytes(frameKind.terminal, { channel, seq: 3, payload: new Uint8Array(7) });
    await next.expect('ack', (ack) => ack.bytes === 7);
  });

  it('opens one socket for all channels and closes it after the last; a second run is like the first', async () => {
    await using server = await startScriptedServer();
    await using sandglass = world(server);
    for (let run = 1; run <= 2; run++) {
      expect(sandglass.stream.state.phase).toBe('closed');
      const stops = [1, 2, 3].map(() =>
        sandglass.sandboxes.watch({ onList: () => undefined, onChange: () => undefined }),
      );
      const peer = await server.nextPeer();
      await peer.expect('subscribe', (m) => m.channel === run * 3);
      for (const stop of stops) stop();
      await peer.closed;
      expect(server.peers).toHaveLength(run);
    }
  });

  it('shows its state, retries at once when told, and says when', async () => {
    await using server = await startScriptedServer((_, response) => reply(response, 200, {}));
    const clock = new ManualClock();
    await using sandglass = world(server, { clock });
    const states: ConnectionState[] = [];
    const opened = () =>
      new Promise<void>((resolve) => {
        const off = sandglass.stream.onState((state) => {
          if (state.phase !== 'open') return;
          off();
          resolve();
        });
      });
    sandglass.stream.onState((state) => states.push(state));
    const first = opened();
    const heard = collector();
    sandglass.stream.subscribe({ kind: 'sandboxes' }, { onLost: () => heard.add('lost') });
    const peer = await server.nextPeer();
    await first;
    await peer.expect('subscribe');
    peer.opened(1);
    await new Promise<void>((resolve) => {
      sandglass.stream.subscribe({ kind: 'sandboxes' }, { onOpened: () => resolve() });
      peer.opened(2);
    });
    peer.break();
    await heard.until(1);
    expect(sandglass.stream.state).toEqual({ phase: 'waiting', attempt: 1, retryAtMs: 225 });
    const second = opened();
    sandglass.stream.retryNow();
    await second;
    expect(states.map((state) => state.phase)).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open']);
  });

  it('notices a connection that went silent', async () => {
    await using server = await startScriptedServer((_, response) => reply(response, 200, {}));
    const clock = new ManualClock();
    await using sandglass = world(server, { clock });
    const opened = new Promise<void>((resolve) => {
      sandglass.stream.onState((state) => state.phase === 'open' && resolve());
    });
    sandglass.sandboxes.watch({ onList: () => undefined, onChange: () => undefined });
    await opened;
    clock.advance(15_000);
    const peer = server.peers[0] as Peer;
    await peer.expect('ping');
    clock.advance(10_000);
    expect(sandglass.stream.state.phase).toBe('waiting');
    await peer.closed;
  });

  it('ends with the reason when the token is refused, and does not try again', async () => {
    await using server = await startScriptedServer((_, response) =>
      reply(response, 401, problem('unauthenticated', 401, 'no')),
    );
    await using sandglass = world(server);
    const ended = new Promise<unknown>((resolve) =>
      sandglass.stream.subscribe({ kind: 'sandboxes' }, { onEnded: resolve }),
    );
    const peer = await server.nextPeer();
    peer.socket.close(4401, 'The token was revoked.');
    expect(await ended).toMatchObject({ reason: 'error', error: { code: 'unauthenticated' } });
    expect(sandglass.stream.state).toMatchObject({ phase: 'closed', error: { code: 'unauthenticated' } });
  });

  it('gives up after the time it was given', async () => {
    const server = await startScriptedServer();
    const { url } = server;
    await server[Symbol.asyncDispose]();
    await using sandglass = new Sandglass({ url, clock: quick, reconnectForMs: 20 });
    const ended = await new Promise<unknown>((resolve) =>
      sandglass.stream.subscribe({ kind: 'sandboxes' }, { onEnded: resolve }),
    );
    expect(ended).toMatchObject({ reason: 'error', error: { name: 'ConnectionError' } });
  });

  it('asks again for a sandbox that is only just being adopted', async () => {
    await using server = await startScriptedServer((_, response) => reply(response, 200, {}));
    await using sandglass = world(server);
    sandglass.stream.subscribe({ kind: 'events', sandbox: sandbox.id }, {});
    const peer = await server.nextPeer();
    const { channel } = await peer.expect('subscribe');
    peer.say({ type: 'ended', channel, seq: 0, reason: 'error', problem: problem('unavailable', 503, 'soon') });
    while (peer.received.filter((m) => m.type === 'subscribe').length < 2)
      await new Promise<void>((resolve) => peer.socket.once('message', () => resolve()));
  });

  it('reads output of a command as text, across broken characters and connections, then how it ended', async () => {
    await using server = await startScriptedServer((_, response) => reply(response, 200, exec));
    await using sandglass = world(server);
    const started = await sandglass.handle(sandbox).start('x');
    const reading = collect(started.stdout);
    const peer = await server.nextPeer();
    const { channel } = await peer.expect('subscribe');
    peer.opened(channel);
    const bytes = new TextEncoder().encode('grüße');
    peer.bytes(frameKind.stdout, { channel, seq: 1, payload: bytes.subarray(0, 3) });
    peer.bytes(frameKind.stderr, { channel, seq: 2, payload: 'noise' });
    await peer.expect('ack', (ack) => (ack.bytes ?? 0) >= 3);
    peer.break();
    const next = await server.nextPeer();
    await next.expect('subscribe', (m) => m.resumeFrom === 2);
    next.opened(channel, { resumed: true });
    next.bytes(frameKind.stdout, { channel, seq: 3, payload: bytes.subarray(3) });
    next.say({ type: 'ended', channel, seq: 4, reason: 'exited', exit: { code: 0, signal: null } });
    expect((await reading).join('')).toBe('grüße');
  });

  it('ends an async iterable by its signal and frees the socket', async () => {
    await using server = await startScriptedServer();
    await using sandglass = world(server);
    const abort = new AbortController();
    const reading = collect(sandglass.handle(sandbox).events({ from: 1, signal: abort.signal }));
    const peer = await server.nextPeer();
    expect(await peer.expect('subscribe')).toMatchObject({ resumeFrom: 0 });
    abort.abort(new AppError('timeout', 'enough'));
    await expect(reading).rejects.toMatchObject({ message: 'enough' });
    await peer.closed;
  });

  it('ignores frames and messages it does not know', async () => {
    await using server = await startScriptedServer();
    await using sandglass = world(server);
    const { heard, peer, channel } = await attached(server, sandglass);
    peer.socket.send('not json');
    peer.socket.send(new Uint8Array([1, 2, 3]));
    peer.say({ type: 'opened', channel: 999, seq: 0, resumed: true, mayInput: true });
    peer.bytes(frameKind.terminal, { channel, seq: 11, payload: 'still here' });
    expect(await heard.until(2)).toContain('out still here');
  });

  it('turns a throwing handler into the end of its channel only', async () => {
    await using server = await startScriptedServer();
    await using sandglass = world(server);
    const { peer, channel } = await attached(server, sandglass);
    const ended = new Promise<unknown>((resolve) => {
      new Terminal(terminal, undefined as never, sandglass.stream).attach({
        onOutput: () => {
          throw new Error('bug');
        },
        onEnded: resolve,
      });
    });
    const second = await peer.expect('subscribe', (m) => m.channel !== channel);
    peer.opened(second.channel);
    peer.bytes(frameKind.terminal, { channel: second.channel, seq: 1, payload: 'x' });
    expect(await ended).toMatchObject({ reason: 'error', error: { message: 'bug' } });
    expect(sandglass.stream.state.phase).toBe('open');
  });
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
