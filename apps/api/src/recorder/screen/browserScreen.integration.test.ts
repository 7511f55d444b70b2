/** A browser without a window in a real sandbox: seen live, recorded as a screen, driven by a person who has control. */
import type { LogEvent, SandboxId, ScreenMessage } from '@sandglass/protocol';
import { decodeScreenMessage } from '@sandglass/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Cdp } from '../../devtools/cdp.ts';
import { DEBUGGER_PORT, openDebugger } from '../../devtools/debuggerSocket.ts';
import { hasImage, KeeperWorld } from '../../drivers/local/keeperWorld.ts';
import { agent, person, TestWorld } from '../../sandboxes/testWorld.ts';
import type { ScreenHandle, ScreenInput } from '../../services.ts';
import { trackFrame } from '../log.ts';
import { decodeJpeg } from '../thumbnails/images.ts';

const place = (left: number, top: number) => `style="position:absolute;left:${left}px;top:${top}px;font-size:20px"`;
const form = `data:text/html,${encodeURIComponent(`<title>Form</title><body style="background:white">
  <input id=name ${place(40, 40)}>
  <select id=size ${place(40, 100)} onchange="document.title = this.value"><option>small<option>large</select>
  <input id=day type=date ${place(240, 100)} onchange="document.title = this.value">
  <input id=file type=file ${place(40, 160)} onchange="document.title = this.files[0].name">
  <button id=ask ${place(40, 220)} onclick="document.title = prompt('Your name?', 'nobody')">ask</button>
  <button id=red ${place(240, 220)} onclick="document.body.style.background = 'red'; document.title = document.querySelector('#name').value + '!'">red</button>`)}`;

describe.skipIf(!hasImage('browser'))('a browser without a window', () => {
  let keeper: KeeperWorld;
  let world: TestWorld;
  let sandbox: SandboxId;
  let handle: ScreenHandle;
  let input: ScreenInput;
  const seen: ScreenMessage[] = [];

  const log = () => world.services.sandboxes.log(sandbox);
  const events = (): LogEvent[] => log().events(1, 100_000);
  const of = <K extends LogEvent['kind']>(kind: K): Extract<LogEvent, { kind: K }>['data'][] =>
    events().flatMap((event) => (event.kind === kind ? [event.data] : [])) as never;
  const until = async (is: () => boolean, timeout = 20_000) =>
    await expect.poll(is, { timeout, interval: 50 }).toBe(true);
  const shows = async (colour: string) =>
    await expect.poll(async () => await colourOf(seen.at(-1)), { timeout: 15_000 }).toBe(colour);
  const titled = (title: string) => of('page.navigated').some((page) => page.title === title);
  const click = (x: number, y: number) => {
    input.pointer(x, y, 0);
    input.pointer(x, y, 1);
    input.pointer(x, y, 0);
  };
  const type = (text: string) => {
    for (const letter of text) {
      input.key(letter.charCodeAt(0), true);
      input.key(letter.charCodeAt(0), false);
    }
  };
  const front = () => of('page.front').at(-1)!.page;
  const act = (given: Parameters<TestWorld['services']['browser']['act']>[2], by = person) =>
    world.services.browser.act(by, sandbox, given);

  beforeAll(async () => {
    keeper = await KeeperWorld.open();
    world = await TestWorld.open(() => keeper.openDriver());
    sandbox = (await world.create({ image: 'browser', headless: true })).id;
  }, 60_000);
  afterAll(async () => {
    handle?.close();
    if (sandbox) await world.services.sandboxes.kill(person, sandbox);
    await world?.[Symbol.asyncDispose]();
    await keeper?.[Symbol.asyncDispose]();
  });

  test('a sandbox without a desktop starts none; its browser starts with the first page', async () => {
    expect(world.services.sandboxes.get(sandbox).capabilities.screen).toBe('cdp');
    handle = await world.services.screens.watch(sandbox, {
      token: person.token,
      onMessage: (encoded, { seq }) => {
        seen.push(decodeScreenMessage(encoded));
        handle.ack(seq);
      },
      onClipboard: () => {},
      onEnded: () => {},
    });
    await act({ act: 'open', url: form });
    await until(() => seen.length > 0 && titled('Form'));
    const names = (await world.services.machine.processes(sandbox)).map(({ command }) => command);
    expect(names.some((name) => name.includes('Xtigervnc'))).toBe(false);
    expect(of('browser.opened').at(-1)?.headless).toBe(true);
    expect(seen.at(-1)).toMatchObject({ width: 1280, height: 800 });
  }, 60_000);

  test('what a viewer sees is what the recording holds: JPEG pictures in segments that stand alone', async () => {
    input = await world.services.screens.input(person, sandbox);
    click(100, 50);
    type('Ada');
    click(260, 232);
    await until(() => titled('Ada!'));
    await shows('red');
    const frames = () => [...log().frames('screen', 0)];
    const kept = () => decodeScreenMessage(frames().at(-1)!.payload);
    await expect.poll(async () => await colourOf(kept()), { timeout: 10_000 }).toBe('red');
    expect(frames()[0]!.kind).toBe(trackFrame.screenKey);
    const png = await world.services.screens.png(sandbox);
    expect(Buffer.from(png.subarray(1, 4)).toString()).toBe('PNG');
  });

  test('a list, a date and a file are chosen by the person, since no picture shows them', async () => {
    const popup = () => of('page.popup').at(-1)?.popup;
    click(80, 112);
    await until(() => popup()?.kind === 'select');
    expect(popup()).toMatchObject({ value: 'small', options: [{ label: 'small' }, { label: 'large' }] });
    await act({ act: 'choose', page: front(), values: ['large'] });
    await until(() => titled('large') && popup() === null);
    click(300, 112);
    await until(() => popup()?.kind === 'date');
    await act({ act: 'choose', page: front(), values: ['2026-11-21'] });
    await until(() => titled('2026-11-21'));
    click(90, 175);
    await until(() => popup()?.kind === 'file');
    await act({ act: 'choose', page: front(), values: ['/etc/hostname'] });
    await until(() => titled('hostname'));
    await expect(act({ act: 'choose', page: front(), values: null })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('a dialog waits for whoever answers it', async () => {
    click(55, 232);
    await until(() => of('page.dialog').length === 1);
    expect(of('page.dialog')[0]).toMatchObject({ dialog: 'prompt', message: 'Your name?', given: 'nobody' });
    await act({ act: 'answer', page: front(), accept: true, text: 'Grace' });
    await until(() => titled('Grace'));
    await expect(act({ act: 'answer', page: front(), accept: true })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('the screen follows the tab that opened last, and the one that a person turns to', async () => {
    const first = front();
    await act({ act: 'newTab', url: 'data:text/html,<title>Second</title><body style="background:blue">' });
    await until(() => front() !== first);
    await shows('blue');
    await act({ act: 'turnTo', page: first });
    await until(() => front() === first);
    await shows('red');
    const second = of('page.opened').at(-1)!.page;
    await act({ act: 'closeTab', page: second });
    await until(() => of('page.closed').some(({ page }) => page === second));
    await act({ act: 'open', url: 'data:text/html,<title>Third</title>' });
    await until(() => titled('Third'));
    await act({ act: 'back' });
    await until(() => of('page.navigated').at(-1)!.title !== 'Third');
    await expect(act({ act: 'closeTab', page: first })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('a person turns to another tab and the agent keeps its own; the one that an agent turns to is followed', async () => {
    const connect = () => world.services.machine.connectPort(sandbox, DEBUGGER_PORT);
    const other = new Cdp(await openDebugger({ connect, maxMessageBytes: 10_000_000, handshakeMs: 10_000 }));
    const open = async (title: string, colour: string) => {
      const url = `data:text/html,<title>${title}</title><body style="background:${colour}">`;
      return String((await other.send('Target.createTarget', { url }))['targetId']);
    };
    const stands = async (page: string) => {
      const session = (await other.send('Target.attachToTarget', { targetId: page, flatten: true }))['sessionId'];
      const asked = { expression: 'document.visibilityState', returnByValue: true };
      const { result } = (await other.send('Runtime.evaluate', asked, String(session))) as {
        result: { value: string };
      };
      return result.value;
    };
    const red = await open('Red', 'red');
    const blue = await open('Blue', 'blue');
    await until(() => front() === blue);
    await shows('blue');
    await act({ act: 'turnTo', page: red });
    await until(() => front() === red);
    await shows('red');
    expect(await stands(blue)).toBe('visible');
    // The agent goes on where it was: the person still sees what they chose.
    world.services.browser.follow(sandbox, blue);
    expect(front()).toBe(red);
    const white = await open('White', 'white');
    await until(() => front() === white);
    await shows('white');
    await other.send('Target.activateTarget', { targetId: blue });
    await until(() => front() === blue);
    await shows('blue');
    // Whom a door knows to work in a tab is followed without it.
    world.services.browser.follow(sandbox, red);
    await until(() => front() === red);
    await shows('red');
    expect(await stands(blue)).toBe('visible');
    for (const targetId of [red, blue, white]) await other.send('Target.closeTarget', { targetId });
    other.close();
  });

  test('what opens in a frame of another origin, or of another process, is chosen as well', async () => {
    const inner = `<body style="margin:0"><select ${place(20, 20)} onchange="parent.postMessage(this.value, '*')"><option>one<option>two</select>
      <input type=file ${place(20, 80)} onchange="parent.postMessage(this.files[0].name, '*')">`;
    const day = `<body style="margin:0"><input type=date ${place(20, 20)} onchange="parent.postMessage(this.value, '*')">`;
    const outer = `<title>Comes</title><script>onmessage = ({ data }) => { document.title = data }; onload = () => { document.title = 'Outer' }</script>
      <iframe src="http://127.0.0.1:8091/inner.html" style="position:absolute;left:100px;top:100px;width:400px;height:200px;border:5px solid;padding:3px"></iframe>
      <iframe src="data:text/html,${encodeURIComponent(day)}" style="position:absolute;left:600px;top:100px;width:300px;height:200px;border:0"></iframe>`;
    const write = (path: string, text: string) =>
      world.services.execs.start(person, sandbox, {
        command: ['sh', '-c', `mkdir -p /tmp/w && cat > /tmp/w/${path}`],
        stdin: text,
      });
    await write('inner.html', inner);
    await write('outer.html', outer);
    const serve = ['python3', '-m', 'http.server', '8091', '-d', '/tmp/w', '--bind', '0.0.0.0'];
    await world.services.execs.start(person, sandbox, { command: serve, wait: false });
    const serves = async () => (await world.services.machine.ports(sandbox)).some(({ port }) => port === 8091);
    await expect.poll(serves, { timeout: 20_000 }).toBe(true);
    input = await world.services.screens.input(person, sandbox);
    await act({ act: 'open', url: 'http://localhost:8091/outer.html' });
    await until(() => titled('Outer'));
    const popup = () => of('page.popup').at(-1)?.popup;
    const opens = async (x: number, y: number, kind: string) => {
      click(x, y);
      await until(() => popup()?.kind === kind);
    };
    await opens(150, 140, 'select');
    expect(popup()).toMatchObject({ options: [{ label: 'one' }, { label: 'two' }] });
    expect(popup()!.x).toBeGreaterThan(100);
    await act({ act: 'choose', page: front(), values: ['two'] });
    await until(() => titled('two') && popup() === null);
    await opens(650, 135, 'date');
    await act({ act: 'choose', page: front(), values: ['2026-11-21'] });
    await until(() => titled('2026-11-21'));
    await opens(170, 203, 'file');
    await act({ act: 'choose', page: front(), values: ['/etc/hostname'] });
    await until(() => titled('hostname'));
  }, 90_000);

  test('an animation comes at no more than ten pictures a second, a page that stands still at none', async () => {
    const move =
      '@keyframes m { to { transform: translateX(600px) } } div { width: 99px; height: 99px; background: green; animation: m 1s infinite alternate }';
    await act({
      act: 'open',
      url: `data:text/html,${encodeURIComponent(`<title>Moves</title><style>${move}</style><div></div>`)}`,
    });
    await until(() => titled('Moves'));
    const before = seen.length;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(seen.length - before).toBeGreaterThan(5);
    expect(seen.length - before).toBeLessThanOrEqual(33);
    await act({ act: 'open', url: form });
    await until(() => of('page.navigated').at(-1)!.title === 'Form');
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const still = seen.length;
    const bytes = log().trackBytes('screen', trackFrame.screenUpdate);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(seen.length).toBe(still);
    expect(log().trackBytes('screen', trackFrame.screenUpdate)).toBe(bytes);
    for (const { segments } of log()
      .segments(0)
      .filter(({ track }) => track === 'screen'))
      for (const segment of segments) {
        expect(segment.starts).toBe(trackFrame.screenKey);
        expect(segment.sizeBytes).toBeLessThan(1_200_000);
      }
  }, 30_000);

  test('while a person has control an agent’s hand is kept off, and another person’s too', async () => {
    const { fence } = world.services.gate.takeControl({ ...person, viewer: 'one' }, sandbox);
    const other = { ...person, viewer: 'two' };
    expect(() => world.services.gate.touch(agent, sandbox)).toThrow();
    await expect(act({ act: 'open', url: 'about:blank' }, other)).rejects.toMatchObject({ code: 'controlled' });
    world.services.gate.releaseControl({ ...person, viewer: 'one' }, sandbox, { fence });
  });
});

/** What most of a picture is. */
async function colourOf(message: ScreenMessage | undefined): Promise<string> {
  const record = message?.records.at(-1);
  if (!record) return 'none';
  const rgb = await decodeJpeg(record.payload, record.width, record.height);
  const at = ((record.height - 50) * record.width + record.width - 50) * 3;
  const [red = 0, green = 0, blue = 0] = rgb.subarray(at, at + 3);
  if (red > 200 && green < 60 && blue < 60) return 'red';
  if (blue > 200 && red < 60 && green < 60) return 'blue';
  return red > 200 && green > 200 && blue > 200 ? 'white' : 'other';
}
