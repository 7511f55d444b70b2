/** The screen path on a real X server: what X shows is what viewers and the log have, pixel for pixel. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodePointerMark, decodeScreenMessage, recordKind, screenMessage } from '@sandglass/protocol';
import { PixelSurface, ScreenPlayer } from '@sandglass/replay';
import { describe, expect, test, vi } from 'vitest';
import {
  countDifferent,
  createRandom,
  decodePng,
  drawPattern,
  drawPhoto,
  drawRectangles,
} from '../../test/recorder/pictures.ts';
import { type ScreenWorld, sandbox, startScreenWorld, type TestViewer } from '../../test/recorder/screenWorld.ts';
import { hasXServer } from '../../test/recorder/xServer.ts';
import type { Caller } from '../services.ts';
import { trackFrame } from './log.ts';

const run = promisify(execFile);
const caller = { actor: 'person', token: 'tok_aaaa', door: 'console' } as Caller;
const SIZE = { width: 640, height: 480 };
const PATIENCE = { timeout: 10_000, interval: 20 };

/** The viewer's picture becomes X's. */
async function untilExact(world: ScreenWorld, viewer: TestViewer): Promise<void> {
  await vi.waitFor(async () => expect(countDifferent(viewer.surface, await world.truth())).toBe(0), PATIENCE);
}

function drawMixed(world: ScreenWorld, seed: number): void {
  const random = createRandom(seed);
  drawRectangles(world.draw, SIZE, 12, random);
  drawPattern(world.draw, { x: 33 + seed, y: 47, width: 150, height: 90 }, 2);
  drawPattern(world.draw, { x: 300, y: 20 + seed, width: 97, height: 120 }, 11);
  drawPhoto(world.draw, { x: 201, y: 203, width: 250, height: 190 }, seed * 100);
}

/** Plays messages on an empty surface. */
async function play(payloads: readonly Uint8Array[]): Promise<PixelSurface> {
  const surface = new PixelSurface();
  const player = new ScreenPlayer(surface);
  for (const payload of payloads) await player.draw(payload);
  return surface;
}

function segments(world: ScreenWorld): Uint8Array[][] {
  const out: Uint8Array[][] = [];
  for (const { kind, payload } of world.log.frames('screen', 0)) {
    if (kind === trackFrame.screenKey) out.push([]);
    out.at(-1)?.push(payload);
  }
  return out;
}

describe.skipIf(!hasXServer)('screen service on a real X server', () => {
  test('a pointer that a program moves is the agent’s, and one that is moved through here is not told twice', async () => {
    await using world = await startScreenWorld(SIZE);
    await world.watch();
    await vi.waitFor(() => expect(world.log.lastOf(['screen.opened'])).toBeDefined(), PATIENCE);
    const marks = () => [...world.log.frames('pointer', 0)].map(({ payload }) => decodePointerMark(payload));
    const input = await world.screens.input(caller, sandbox);
    input.pointer(50, 60, 0);
    const xdotool = async (...words: string[]) =>
      await run('xdotool', words, { env: { ...process.env, DISPLAY: world.x.display } });
    const where = async () => (await xdotool('getmouselocation')).stdout;
    await vi.waitFor(async () => expect(await where()).toContain('x:50 y:60'), PATIENCE);
    // The server tells of others' moves when the hand that comes through here has been still for a second.
    let x = 320;
    await vi.waitFor(async () => {
      await xdotool('mousemove', String(x++), '200');
      expect(marks()).not.toEqual([]);
    }, PATIENCE);
    const told = { actor: 'agent', by: 'programs', name: 'Agent', x: expect.any(Number), y: 200, buttons: 0 };
    expect(marks()).toEqual(marks().map(() => told));
    input.release();
  });

  test('viewers, late joiners and the log have what X shows, exactly after a moment of quiet', async () => {
    await using world = await startScreenWorld(SIZE);
    const viewer = await world.watch();
    for (let seed = 1; seed <= 3; seed++) {
      drawMixed(world, seed);
      await world.draw.sync();
      await untilExact(world, viewer);
    }
    const sawJpeg = viewer.messages.some(({ records }) => records.some(({ kind }) => kind === recordKind.jpeg));
    expect(sawJpeg).toBe(true);

    const late = await world.watch();
    expect(late.messages[0]?.type).toBe(screenMessage.liveSet);
    expect(late.messages[0]?.records.every(({ kind }) => kind !== recordKind.jpeg)).toBe(true);
    await untilExact(world, late);

    world.screens.stop(sandbox, 'ended');
    expect(viewer.ended).toEqual(['ended']);
    const truth = await world.truth();
    expect(countDifferent(await play(segments(world).flat()), truth)).toBe(0);
    expect(countDifferent(await play(segments(world).at(-1) ?? []), truth)).toBe(0);
  });

  test('every segment starts with the whole picture and can be played alone', async () => {
    await using world = await startScreenWorld(SIZE);
    const viewer = await world.watch();
    const noise = new Uint32Array(SIZE.width * 200);
    const random = createRandom(5);
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < noise.length; i++) noise[i] = Math.floor(random() * 0xff_ffff);
      world.draw.image(noise, { x: 0, y: (round % 3) * 100, width: SIZE.width, height: 200 });
      await world.draw.sync();
      const { length } = viewer.messages;
      await vi.waitFor(() => expect(viewer.messages.length).toBeGreaterThan(length), PATIENCE);
    }
    await untilExact(world, viewer);
    world.screens.stop(sandbox, 'ended');
    const list = segments(world);
    expect(list.length).toBeGreaterThan(1);
    for (const segment of list) expect(decodeScreenMessage(segment[0]!).type).toBe(screenMessage.liveSet);
    expect(countDifferent(await play(list.at(-1)!), await world.truth())).toBe(0);
  });

  test('a viewer that stops acknowledging is left alone, and catches up in one message', async () => {
    await using world = await startScreenWorld(SIZE);
    const [fast, slow] = [await world.watch(), await world.watch({ acks: false })];
    const noise = new Uint32Array(SIZE.width * SIZE.height);
    for (let round = 0; round < 3; round++) {
      noise.fill(0x33_0000 + round).forEach((_, i) => {
        noise[i] = (i * 2_654_435_761 * (round + 1)) & 0xff_ffff;
      });
      world.draw.image(noise, { x: 0, y: 0, ...SIZE });
      await world.draw.sync();
      await untilExact(world, fast);
    }
    expect(slow.messages.length).toBeLessThan(fast.messages.length);
    const before = slow.messages.length;
    slow.handle.ack(slow.messages.at(-1)!.seq);
    expect(slow.messages.length).toBe(before + 1);
    await untilExact(world, slow);
  });

  test('another size: viewers follow, the log says so and starts a segment', async () => {
    await using world = await startScreenWorld(SIZE);
    const viewer = await world.watch();
    drawMixed(world, 1);
    await world.draw.sync();
    await untilExact(world, viewer);
    const input = await world.screens.input(caller, sandbox);
    for (const [width, height] of [
      [801, 603],
      [500, 400],
    ] as const) {
      input.resize(width, height);
      await vi.waitFor(() => expect([viewer.surface.width, viewer.surface.height]).toEqual([width, height]), PATIENCE);
      await untilExact(world, viewer);
    }
    const kinds = world.log.events(0, 100).map((event) => [event.kind, event.data]);
    expect(kinds).toEqual([
      ['screen.opened', SIZE],
      ['screen.resized', { width: 801, height: 603 }],
      ['screen.resized', { width: 500, height: 400 }],
    ]);
    expect(segments(world).length).toBeGreaterThanOrEqual(3);
  });

  test('a lost connection is opened again and viewers stay', async () => {
    await using world = await startScreenWorld(SIZE);
    const viewer = await world.watch();
    drawMixed(world, 2);
    await untilExact(world, viewer);
    world.connections.at(-1)!.destroy();
    drawMixed(world, 3);
    await world.draw.sync();
    await untilExact(world, viewer);
    expect(world.connections).toHaveLength(2);
    world.screens.reopen(sandbox);
    drawRectangles(world.draw, SIZE, 3, createRandom(9));
    await world.draw.sync();
    await untilExact(world, viewer);
    expect(world.connections).toHaveLength(3);
    expect(viewer.ended).toEqual([]);
  });

  test('frozen: the picture stands, nothing ends, a screenshot says why; thawed: it goes on', async () => {
    await using world = await startScreenWorld(SIZE);
    const viewer = await world.watch();
    drawMixed(world, 1);
    await world.draw.sync();
    await untilExact(world, viewer);
    world.x.process.kill('SIGSTOP');
    world.draw.fill(0xff_0000, { x: 0, y: 0, ...SIZE });
    const late = await world.watch();
    expect(
      countDifferent(late.surface, { ...SIZE, rgb: new Uint8Array(SIZE.width * SIZE.height * 3) }),
    ).toBeGreaterThan(0);
    await expect(world.screens.png(sandbox)).rejects.toMatchObject({ code: 'timeout' });
    world.x.process.kill('SIGCONT');
    await world.draw.sync();
    await untilExact(world, viewer);
    await untilExact(world, late);
    expect(viewer.ended).toEqual([]);
    expect(world.connections.filter((stream) => !stream.destroyed)).toHaveLength(1);
  });

  test('a screenshot is what X shows', async () => {
    await using world = await startScreenWorld(SIZE);
    await world.watch();
    drawMixed(world, 1);
    await world.draw.sync();
    const [picture, truth] = [decodePng(await world.screens.png(sandbox)), await world.truth()];
    expect([picture.width, picture.height]).toEqual([SIZE.width, SIZE.height]);
    expect(Buffer.compare(picture.rgb, truth.rgb)).toBe(0);
  });

  test('text of any script reaches a program, and what a person holds goes up when they leave', async () => {
    await using world = await startScreenWorld(SIZE);
    const viewer = await world.watch();
    await vi.waitFor(() => expect(viewer.messages.length).toBeGreaterThan(0), PATIENCE);
    const file = join(world.directory, 'typed');
    const terminal = world.x.run('xterm', [
      '-u8',
      '-geometry',
      '60x10+0+0',
      '-e',
      'sh',
      '-c',
      `printf READY; exec cat > ${file}`,
    ]);
    expect(terminal.pid).toBeDefined();
    await vi.waitFor(async () => {
      const { stdout } = await run('xdotool', ['search', '--onlyvisible', '--class', 'xterm'], {
        env: { ...process.env, DISPLAY: world.x.display },
      });
      expect(stdout).not.toBe('');
    }, PATIENCE);
    const input = await world.screens.input(caller, sandbox);
    input.pointer(100, 60, 0);
    const text = 'Hello, {[]}@#~ żółć éñß Ж 漢字 😀';
    // Focus follows the pointer (no window manager here) as soon as X has moved it.
    await vi.waitFor(async () => {
      const { stdout } = await run('xdotool', ['getmouselocation', '--shell'], {
        env: { ...process.env, DISPLAY: world.x.display },
      });
      expect(stdout).toContain('X=100');
    }, PATIENCE);
    const type = (keysym: number) => {
      input.key(keysym, true);
      input.key(keysym, false);
    };
    await vi.waitFor(() => readFileSync(file), PATIENCE);
    for (const character of text) {
      const code = character.codePointAt(0)!;
      type(code < 0x100 ? code : 0x0100_0000 + code);
    }
    const enter = 0xff0d;
    type(enter);
    await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toBe(`${text}\n`), PATIENCE);

    input.pointer(100, 60, 1);
    input.release();
    const { stdout } = await run('xdotool', ['getmouselocation'], {
      env: { ...process.env, DISPLAY: world.x.display },
    });
    expect(stdout).toContain('x:100');
  });

  test('the clipboard goes both ways, in any script', async () => {
    await using world = await startScreenWorld(SIZE);
    const viewer = await world.watch();
    await vi.waitFor(() => expect(viewer.messages.length).toBeGreaterThan(0), PATIENCE);
    const environment = { env: { ...process.env, DISPLAY: world.x.display } };
    const input = await world.screens.input(caller, sandbox);
    input.clipboard('to the screen: 漢字 żółć');
    await vi.waitFor(async () => {
      const { stdout } = await run('xclip', ['-selection', 'clipboard', '-o'], environment);
      expect(stdout).toBe('to the screen: 漢字 żółć');
    }, PATIENCE);
    const owner = world.x.run('xclip', ['-selection', 'clipboard', '-quiet', '-i', world.write('from the screen: 😀')]);
    expect(owner.pid).toBeDefined();
    await vi.waitFor(() => expect(viewer.clipboard).toContain('from the screen: 😀'), PATIENCE);
  });

  test('idle costs nothing: no message, no frame', async () => {
    await using world = await startScreenWorld(SIZE);
    const viewer = await world.watch();
    await untilExact(world, viewer);
    // The picture's own still comes a moment after it.
    await vi.waitFor(() => expect([...world.log.frames('stills', 0)]).toHaveLength(1), PATIENCE);
    const [messages, seq] = [viewer.messages.length, world.log.lastSeq];
    // The opposite of an event: nothing may come while X answers twenty questions.
    for (let i = 0; i < 20; i++) await world.truth();
    expect([viewer.messages.length, world.log.lastSeq]).toEqual([messages, seq]);
  });

  test('without a screen there is none', async () => {
    await using world = await startScreenWorld(SIZE);
    world.screens.stop(sandbox, 'ended');
    await expect(world.watch()).rejects.toMatchObject({ code: 'notSupported' });
    await expect(world.screens.png(sandbox)).rejects.toMatchObject({ code: 'notSupported' });
  });
});
