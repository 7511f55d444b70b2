/** The windows and the pointer of a real desktop, as its X server tells of them. */
import { decodePointerMark, type LogEvent, type Sandbox, type SandboxId } from '@sandglass/protocol';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Desk } from '../doors/acts/desk.ts';
import { hasImage, KeeperWorld } from '../drivers/local/keeperWorld.ts';
import { agent, TestWorld } from './testWorld.ts';

type Changed = Extract<LogEvent, { kind: 'windows.changed' }>;

describe.skipIf(!hasImage('desktop'))('windows of a desktop', () => {
  let keeper: KeeperWorld;
  let world: TestWorld;
  let sandbox: Sandbox;

  beforeAll(async () => {
    keeper = await KeeperWorld.open();
    world = await TestWorld.open(() => keeper.openDriver());
    sandbox = await world.create({ image: 'desktop' });
    const managed = 'until xprop -root _NET_SUPPORTING_WM_CHECK | grep -q 0x; do sleep 0.1; done';
    await world.services.execs.start(agent, sandbox.id, { command: managed, environment: { DISPLAY: ':1' } });
  });
  afterAll(async () => {
    for (const { id } of (await world.services.sandboxes.list({ limit: 100 })).items)
      await world.services.sandboxes.kill(agent, id);
    await world[Symbol.asyncDispose]();
    await keeper[Symbol.asyncDispose]();
  });

  const all = (id: SandboxId) =>
    world.services.sandboxes.log(id).eventsOf(['windows.changed'], 0, 1_000) as readonly Changed[];
  /** The first such event after a position, now or when it comes. */
  const until = async (is: (changed: Changed['data']) => boolean, afterSeq = 0): Promise<Changed> => {
    const find = () => all(sandbox.id).find(({ seq, data }) => seq > afterSeq && is(data));
    const found = find();
    if (found) return found;
    return await new Promise((resolve) => {
      const stop = world.services.sandboxes.log(sandbox.id).onEvent(() => {
        const now = find();
        if (!now) return;
        stop();
        resolve(now);
      });
    });
  };
  const open = (command: string) =>
    world.services.execs.start(agent, sandbox.id, { command, environment: { DISPLAY: ':1' }, wait: false });

  test('open, get the keyboard, get other titles and close; desktop and panel are none', async () => {
    await open(`xterm -class Ledger -T 'Invoice 42 ✓' -e 'read x; printf "\\033]2;Invoice 43\\007"; read x'`);
    const opened = await until(({ windows }) => windows.some(({ title }) => title === 'Invoice 42 ✓'));
    const { data } = opened;
    expect(data.windows).toEqual([{ id: expect.any(Number), title: 'Invoice 42 ✓', application: 'Ledger' }]);
    const [window] = data.windows;
    expect(data.opened).toEqual([window?.id]);
    const active = await until(({ active: id }) => id === window?.id);

    await open('xdotool search --sync --class Ledger windowactivate --sync key Return');
    const titled = await until(({ windows }) => windows[0]?.title === 'Invoice 43', active.seq - 1);
    expect(titled.data.titled).toEqual([{ id: window?.id, before: 'Invoice 42 ✓' }]);

    await open('pkill -f Ledger');
    const closed = await until((one) => one.closed.length > 0, titled.seq);
    expect(closed.data).toMatchObject({ windows: [], active: null, closed: [{ id: window?.id, title: 'Invoice 43' }] });
  });

  test('a title that changes a hundred times a second is told now and then, and its last word is heard', async () => {
    const before = all(sandbox.id).length;
    const flood = `for i in $(seq 1 300); do printf "\\033]2;step $i\\007"; sleep 0.01; done; printf "\\033]2;done with it\\007"; read x`;
    await open(`xterm -class Flood -T start -e '${flood}'`);
    await until(({ windows }) => windows.some(({ title }) => title === 'done with it'));
    expect(all(sandbox.id).length - before).toBeLessThanOrEqual(10);
    await open('pkill -f Flood');
    await until(({ windows }) => windows.length === 0, all(sandbox.id).at(-1)?.seq);
  });

  test('a frozen sandbox is not woken, and nothing is written while nothing changes', async () => {
    const { sandboxes } = world.services;
    await open(`xterm -class Still -T 'stands still' -e 'read x'`);
    const told = await until(
      ({ windows, active }) => active !== null && windows.some(({ title }) => title === 'stands still'),
    );
    await sandboxes.freeze(agent, sandbox.id);
    const { seq } = all(sandbox.id).at(-1)!;
    expect(seq).toBeGreaterThanOrEqual(told.seq);
    await sandboxes.thaw(agent, sandbox.id);
    await open('pkill -f Still');
    const next = await until(({ closed }) => closed.length > 0, seq);
    expect(all(sandbox.id).filter((one) => one.seq > seq && one.seq < next.seq)).toEqual([]);
  });

  /** As pyautogui and other drivers of tests do: by the X server's own extension for it, unseen by who watches from outside. */
  const byExtension = (body: string) =>
    world.services.execs.start(agent, sandbox.id, {
      command: `python3 - <<'PROGRAM'
import ctypes, time
x11, xtst = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
x11.XOpenDisplay.restype = ctypes.c_void_p
display = ctypes.c_void_p(x11.XOpenDisplay(b":1"))
def move(x, y): xtst.XTestFakeMotionEvent(display, -1, x, y, 0); x11.XSync(display, 0)
def button(n, down): xtst.XTestFakeButtonEvent(display, n, down, 0); x11.XSync(display, 0)
${body}
PROGRAM`,
    });
  const marks = () =>
    [...world.services.sandboxes.log(sandbox.id).frames('pointer', 0)].map(({ payload }) => {
      const { by, x, y, buttons } = decodePointerMark(payload);
      return `${by} ${x},${y} ${buttons}`;
    });

  test('a program that moves the pointer and clicks as a device does is seen to, and an agent’s hand is where it left it', async () => {
    const services = { ...world.services, previews: {} as never, replay: {} as never };
    await using desk = Object.assign(new Desk({ services, caller: agent, sandbox: sandbox.id }), {
      [Symbol.asyncDispose]: () => desk.close(),
    });
    const done = await byExtension('move(310, 220); time.sleep(0.3); button(3, 1); button(3, 0)');
    expect(done.stderr).toBe('');
    await vi.waitFor(
      () => expect(marks().slice(-3)).toEqual(['programs 310,220 0', 'programs 310,220 4', 'programs 310,220 0']),
      5_000,
    );
    expect(await desk.computer.do('position', {})).toBe('X=310,Y=220');
    const before = marks().length;
    await desk.computer.do('drag', {
      path: [
        { x: 400, y: 300 },
        { x: 600, y: 500 },
      ],
    });
    await byExtension('move(30, 40)');
    await vi.waitFor(() => expect(marks().at(-1)).toBe('programs 30,40 0'), 5_000);
    // What the hand did is told once, as its own.
    expect(
      marks()
        .slice(before)
        .filter((mark) => mark.startsWith('programs')),
    ).toEqual(['programs 30,40 0']);
  });
});
