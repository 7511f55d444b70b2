/** What was on the screen of a real desktop at fifty moments, by live screenshots, is what the recording shows of them afterwards. */
import type { Sandbox } from '@sandglass/protocol';
import { PixelSurface, Recording, ScreenCursor, ScreenPlayer, type SurfaceArea } from '@sandglass/replay';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodePng, type Picture } from '../../test/recorder/pictures.ts';
import { hasImage, KeeperWorld } from '../drivers/local/keeperWorld.ts';
import { agent, TestWorld } from '../sandboxes/testWorld.ts';
import { trackFrame } from './log.ts';
import { sourceOfLog } from './logSource.ts';

const MOMENTS = 50;
/** Where each step leaves its colour, after everything else. */
const MARK = { x: 8, y: 8, size: 16 };
/** Far enough apart to be told from each other through a JPEG. */
const MARKS = [0xff0000, 0x00ff00, 0x0000ff, 0xffff00];
const MARK_TOLERANCE = 60;
/** X draws the pointer into a screenshot and not into what it sends a viewer; it is moved there. */
const POINTER = { x: 1_240, y: 760, width: 40, height: 40 };

/** Steps of many kinds, one a line of the pipe: what a terminal, a browser, a photo and a moved window do to a screen. */
const painter = `
import ctypes, os, random
x = ctypes.CDLL('libX11.so.6')
x.XOpenDisplay.restype = ctypes.c_void_p
x.XDefaultRootWindow.restype = ctypes.c_ulong
x.XCreateGC.restype = ctypes.c_void_p
d = ctypes.c_void_p(x.XOpenDisplay(b':1'))
root = ctypes.c_ulong(x.XDefaultRootWindow(d))
# Over everything, the panel and its clock too: nothing changes but what is painted here.
x.XCreateSimpleWindow.restype = ctypes.c_ulong
cover = ctypes.c_ulong(x.XCreateSimpleWindow(d, root, 0, 0, 1280, 800, 0, ctypes.c_ulong(0), ctypes.c_ulong(0x204060)))
attributes = (ctypes.c_int * 28)()
attributes[22] = 1
x.XChangeWindowAttributes(d, cover, ctypes.c_ulong(1 << 9), attributes)
x.XMapRaised(d, cover)
x.XSync(d, 0)
gc = ctypes.c_void_p(x.XCreateGC(d, root, ctypes.c_ulong(0), None))
x.XSetSubwindowMode(d, gc, 1)
random.seed(11)
n = random.randrange
def fill(colour, left, top, width, height):
    x.XSetForeground(d, gc, ctypes.c_ulong(colour))
    x.XFillRectangle(d, root, gc, left, top, width, height)
def rectangles():
    for _ in range(12): fill(n(1 << 24), 40 + n(900), 40 + n(500), 1 + n(250), 1 + n(180))
def photo():
    left, top = 40 + n(700), 40 + n(400)
    for row in range(60):
        for column in range(80):
            fill((column * 3) << 16 | (row * 4) << 8 | (column * row // 20) & 255, left + column * 4, top + row * 4, 4, 4)
def text():
    left, top = 40 + n(700), 60 + n(400)
    fill(0x101418, left, top, 420, 160)
    x.XSetForeground(d, gc, ctypes.c_ulong(0xd0d4d8))
    for line in range(10):
        words = ('%d src/cart%d.ts passed in %d ms' % (n(999), n(99), n(99))).encode()
        x.XDrawString(d, root, gc, left + 8, top + 14 + line * 15, words, len(words))
def scroll():
    x.XCopyArea(d, root, root, gc, 60, 80, 800, 400, 60, 65)
def moved():
    x.XCopyArea(d, root, root, gc, 100, 100, 300, 200, 140 + n(500), 140 + n(300))
os.path.exists('/tmp/steps') or os.mkfifo('/tmp/steps')
pipe = os.fdopen(os.open('/tmp/steps', os.O_RDWR))
print('ready', flush=True)
while True:
    step = int(pipe.readline())
    (rectangles, photo, text, scroll, moved)[step % 5]()
    fill(${JSON.stringify(MARKS)}[step % 4], ${MARK.x}, ${MARK.y}, ${MARK.size}, ${MARK.size})
    x.XSync(d, 0)
`;

/** Also knows of each pixel whether it came through a JPEG. */
class Surface extends PixelSurface {
  lossy = new Uint8Array(0);

  constructor() {
    super(async (jpeg) => {
      const { data } = await sharp(jpeg).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      return new Uint8ClampedArray(data);
    });
  }

  override resize(width: number, height: number): void {
    super.resize(width, height);
    this.lossy = new Uint8Array(width * height);
  }

  override pixels(rgba: Uint8ClampedArray, area: SurfaceArea): void {
    super.pixels(rgba, area);
    this.#note(0, area);
  }

  override layer(rgba: Uint8ClampedArray<ArrayBuffer>, area: SurfaceArea): void {
    super.layer(rgba, area);
    for (let at = 3; at < rgba.length; at += 4) {
      const pixel = at >> 2;
      const column = pixel % area.width;
      if (rgba[at] !== 0) this.lossy[(area.y + (pixel - column) / area.width) * this.width + area.x + column] = 0;
    }
  }

  override image(image: Uint8ClampedArray<ArrayBuffer>, area: SurfaceArea): void {
    super.pixels(image, area);
    this.#note(1, area);
  }

  #note(isLossy: number, { x, y, width, height }: SurfaceArea): void {
    for (let row = y; row < Math.min(y + height, this.height); row++)
      this.lossy.fill(isLossy, row * this.width + x, row * this.width + Math.min(x + width, this.width));
  }
}

interface Difference {
  /** Pixels that were recorded exactly and are not the same. */
  readonly wrong: number;
  /** Pixels that came through a JPEG. */
  readonly lossy: number;
  /** By how much those are off, over all channels, 0…255. */
  readonly lossyMean: number;
  /** The part of them that is off by more than FAR_OFF: edges, round which a JPEG rings. */
  readonly lossyFarOff: number;
  /** By how much the mean of a block is off at most. What is old or elsewhere shows here: a JPEG keeps the mean of each block. */
  readonly blockMost: number;
}

const FAR_OFF = 24;
const BLOCK = 16;

function compare(past: Surface, live: Picture): Difference {
  let [wrong, lossy, sum, farOff] = [0, 0, 0, 0];
  const columns = Math.ceil(live.width / BLOCK);
  const blocks = Array.from({ length: columns * Math.ceil(live.height / BLOCK) }, () => [0, 0, 0]);
  for (let pixel = 0; pixel < live.width * live.height; pixel++) {
    const [x, y] = [pixel % live.width, Math.floor(pixel / live.width)];
    if (x >= POINTER.x && y >= POINTER.y) continue;
    const [at, from] = [pixel * 4, pixel * 3];
    const red = past.rgba[at]! - live.rgb[from]!;
    const green = past.rgba[at + 1]! - live.rgb[from + 1]!;
    const blue = past.rgba[at + 2]! - live.rgb[from + 2]!;
    const isLossy = past.lossy[pixel] === 1;
    if (isLossy) lossy++;
    if (red === 0 && green === 0 && blue === 0) continue;
    if (!isLossy) {
      wrong++;
      continue;
    }
    sum += Math.abs(red) + Math.abs(green) + Math.abs(blue);
    if (Math.max(Math.abs(red), Math.abs(green), Math.abs(blue)) > FAR_OFF) farOff++;
    const block = blocks[Math.floor(y / BLOCK) * columns + Math.floor(x / BLOCK)]!;
    block[0]! += red;
    block[1]! += green;
    block[2]! += blue;
  }
  return {
    wrong,
    lossy,
    lossyMean: lossy === 0 ? 0 : sum / lossy / 3,
    lossyFarOff: lossy === 0 ? 0 : farOff / lossy,
    blockMost: Math.max(...blocks.flat().map((total) => Math.abs(total) / BLOCK ** 2)),
  };
}

describe.skipIf(!hasImage('desktop'))('the past of a real desktop', { timeout: 120_000 }, () => {
  let keeper: KeeperWorld;
  let world: TestWorld;
  let sandbox: Sandbox;

  beforeAll(async () => {
    keeper = await KeeperWorld.open();
    world = await TestWorld.open(() => keeper.openDriver());
    sandbox = await world.create({ image: 'desktop' });
  }, 60_000);
  afterAll(async () => {
    await world.services.sandboxes.kill(agent, sandbox.id);
    await world[Symbol.asyncDispose]();
    await keeper[Symbol.asyncDispose]();
  });

  const run = (command: string, wait = true) =>
    world.services.execs.start(agent, sandbox.id, { command, environment: { DISPLAY: ':1' }, wait });

  /** Resolves when the log, drawn as it grows, shows a colour at the mark. */
  async function follow() {
    const log = world.services.sandboxes.log(sandbox.id);
    const surface = new Surface();
    const player = new ScreenPlayer(surface);
    let waiting: { colour: number; resolve: () => void } | undefined;
    const look = () => {
      const at = ((MARK.y + MARK.size / 2) * surface.width + MARK.x + MARK.size / 2) * 4;
      const isThere = [16, 8, 0].every(
        (shift, channel) =>
          waiting && Math.abs(surface.rgba[at + channel]! - ((waiting.colour >> shift) & 255)) < MARK_TOLERANCE,
      );
      if (!isThere) return;
      waiting?.resolve();
      waiting = undefined;
    };
    for (const frame of log.frames('screen', 0)) void player.draw(frame.payload);
    const stop = log.onFrame('screen', (frame) => {
      if (frame.kind === trackFrame.screenKey || frame.kind === trackFrame.screenUpdate)
        void player.draw(frame.payload).then(look);
    });
    const until = (colour: number) =>
      new Promise<void>((resolve) => {
        waiting = { colour, resolve };
        look();
      });
    return { until, stop };
  }

  test(`is what ${MOMENTS} live screenshots showed, but for what a JPEG leaves out`, async () => {
    await run(
      'until xdotool mousemove 1270 790; do sleep 0.1; done; for one in tint2 pcmanfm; do xdotool search --sync --onlyvisible --class $one; done',
    );
    await run(`cat > /tmp/painter.py <<'END'\n${painter}\nEND\n`);
    await run(
      '(python3 /tmp/painter.py > /tmp/painter.out 2>&1 &); until grep -q ready /tmp/painter.out; do sleep 0.05; done',
    );
    const log = world.services.sandboxes.log(sandbox.id);
    const recorded = await follow();
    const moments: { readonly atUs: number; readonly live: Picture }[] = [];
    for (let step = 0; step < MOMENTS; step++) {
      const seen = recorded.until(MARKS[step % MARKS.length]!);
      await run(`echo ${step} > /tmp/steps`);
      await seen;
      const atUs = log.now();
      moments.push({ atUs, live: decodePng(await world.services.screens.png(sandbox.id)) });
    }
    recorded.stop();

    const recording = await Recording.open(sourceOfLog(log));
    const surface = new Surface();
    const errors: unknown[] = [];
    const player = new ScreenPlayer(surface, { onError: (error) => errors.push(error) });
    const cursor = new ScreenCursor(recording, (message) => player.draw(message));
    const found: Difference[] = [];
    // Back and forth, as a person does; 21 has no divisor in common with fifty.
    for (let turn = 0; turn < MOMENTS; turn++) {
      const { atUs, live } = moments[(turn * 21) % MOMENTS]!;
      expect(await cursor.show(atUs)).toBe('shown');
      found.push(compare(surface, live));
    }
    expect(errors).toEqual([]);
    expect(found.map(({ wrong }) => wrong)).toEqual(found.map(() => 0));
    expect(found.some(({ lossy }) => lossy > 0)).toBe(true);
    for (const { lossyMean, lossyFarOff, blockMost } of found) {
      expect(lossyMean).toBeLessThan(6);
      expect(lossyFarOff).toBeLessThan(0.06);
      expect(blockMost).toBeLessThan(8);
    }

    // What was shown a step earlier or later is told from it, so that none of this passes by itself.
    for (const turn of [3, 11, 24, 37, 46]) {
      await cursor.show(moments[turn]!.atUs);
      const { wrong, blockMost } = compare(surface, moments[turn + 1]!.live);
      expect(wrong > 100 || blockMost > 8).toBe(true);
    }
  });
});
