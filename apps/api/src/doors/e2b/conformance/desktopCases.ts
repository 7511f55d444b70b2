import { Sandbox as Desktop } from '@e2b/desktop';
import { decodePointerMark } from '@sandglass/protocol';
import { expect } from 'vitest';
import type { Tools } from './case.ts';
import { group } from './case.ts';

const { works, differs } = group('@e2b/desktop');

let desktop: Promise<Desktop> | undefined;
/** One for all of them; it goes away with its world. */
const open = ({ world }: Tools): Promise<Desktop> => {
  desktop ??= Desktop.create('desktop', { ...world.options, resolution: [1024, 768], timeoutMs: 3_600_000 });
  return desktop;
};
const on = (run: (desktop: Desktop, tools: Tools) => Promise<void>) => async (tools: Tools) => {
  // Of an image that was not built here there is nothing to try.
  if (tools.hasDesktop) await run(await open(tools), tools);
};

export const desktopCases = [
  differs(
    'create, getScreenSize',
    'the desktop is the one that people watch, openbox with a panel: XFCE and Xvfb are stand-ins, and :0 is its screen',
    on(async (made) => expect(await made.getScreenSize()).toEqual({ width: 1024, height: 768 })),
  ),
  works(
    'screenshot',
    on(async (made) => {
      const png = Buffer.from(await made.screenshot());
      expect([png.subarray(1, 4).toString(), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(['PNG', 1024, 768]);
    }),
  ),
  works(
    'moveMouse, getCursorPosition, leftClick, doubleClick, rightClick, middleClick, mousePress, mouseRelease, drag, scroll',
    on(async (made, { world }) => {
      const log = world.rooms.services.sandboxes.log(`sbx_${made.sandboxId}` as never);
      const marked = new Promise((resolve) =>
        log.onFrame('pointer', ({ payload }) => resolve(decodePointerMark(payload))),
      );
      await made.moveMouse(321, 123);
      expect(await made.getCursorPosition()).toEqual({ x: 321, y: 123 });
      // Whoever looks sees whose it is, now and in the recording.
      expect(await marked).toMatchObject({ actor: 'agent', name: 'Agent', x: 321, y: 123 });
      await made.leftClick(500, 300);
      await made.rightClick(500, 300);
      await made.doubleClick(500, 300);
      await made.middleClick(500, 300);
      await made.press('escape');
      await made.mousePress('left');
      await made.mouseRelease('left');
      await made.scroll('down', 2);
      await made.drag([100, 100], [200, 150]);
      expect(await made.getCursorPosition()).toEqual({ x: 200, y: 150 });
    }),
  ),
  works(
    'write, press, getCurrentWindowId, getApplicationWindows, getWindowTitle',
    on(async (made) => {
      await made.commands.run('xterm -geometry 80x24+0+0', { background: true, timeoutMs: 0 });
      const shown = 'xdotool search --onlyvisible --class xterm';
      await made.commands.run(`for i in $(seq 100); do ${shown} && exit 0; sleep 0.1; done; exit 1`);
      const [id = ''] = await made.getApplicationWindows('xterm');
      expect(await made.getWindowTitle(id)).not.toBe('');
      expect(await made.getCurrentWindowId()).toMatch(/^\d+$/);
      await made.leftClick(200, 200);
      await made.write('echo typed > ~/typed.txt');
      await made.press('enter');
      await made.commands.run('for i in $(seq 100); do grep -q typed ~/typed.txt && exit 0; sleep 0.1; done; exit 1');
    }),
  ),
  works(
    'open, launch, wait, waitAndVerify',
    on(async (made) => {
      await made.launch('lxterminal');
      await made.wait(10);
      const isUp = await made.waitAndVerify('pgrep -x lxterminal || true', ({ stdout }) => stdout.trim() !== '');
      expect(isUp).toBe(true);
      await made.commands.run('for i in $(seq 100); do pgrep -x lxterminal && exit 0; sleep 0.1; done; exit 1');
    }),
  ),
  differs(
    'stream: start, getUrl, getAuthKey, stop',
    'the address shows what is recorded, view only: who wants to touch takes control in the console. It is of the whole screen, also with a windowId',
    on(async (made, { world }) => {
      const ask = async (query = '') => {
        const headers = { 'e2b-sandbox-id': made.sandboxId, 'e2b-sandbox-port': '6080' };
        const reply = await fetch(`${world.url}/vnc.html${query}`, { headers });
        return [reply.status, await reply.text()] as const;
      };
      await made.stream.start({ requireAuth: true });
      const authKey = made.stream.getAuthKey();
      const url = new URL(made.stream.getUrl({ authKey, viewOnly: true }));
      expect([url.host, url.pathname]).toEqual([made.getHost(6080), '/vnc.html']);
      expect((await ask(url.search))[1]).toContain('stream.jpeg?password=');
      expect((await ask('?password=wrong'))[0]).toBe(401);
      await expect(made.stream.start()).rejects.toThrow(/already running/);
      await made.stream.stop();
      expect((await ask(url.search))[0]).toBe(502);
      await made.stream.start({ requireAuth: false });
      expect((await ask())[0]).toBe(200);
      await made.stream.stop();
    }),
  ),
];
