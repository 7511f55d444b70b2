/** What the server hears of a real Chromium in a real sandbox: its pages, their console, requests, dialogs and downloads. */
import type { LogEvent, SandboxId } from '@sandglass/protocol';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Cdp } from '../../devtools/cdp.ts';
import { DEBUGGER_PORT, openDebugger } from '../../devtools/debuggerSocket.ts';
import { hasImage, KeeperWorld } from '../../drivers/local/keeperWorld.ts';
import { person, TestWorld } from '../../sandboxes/testWorld.ts';

const server = `
import http.server, time
PAGE = b"""<title>Shop</title><script>
console.log('hello %s', 'world', { price: 12.5, tags: ['a', 'b'] });
console.error(new Error('out of stock'));
console.warn('<img src=x onerror=alert(1)>');
fetch('/cart?token=very-secret-value&item=3');
fetch('/missing');
setTimeout(() => { throw new TypeError('total is not a function'); }, 50);
</script><a href="/file.bin" download>file</a>"""
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.split('?')[0]
        if path == '/missing': self.send_response(404); self.end_headers(); return
        self.send_response(200)
        if path == '/file.bin':
            self.send_header('content-disposition', 'attachment; filename=report.bin')
            body = b'x' * 1000
        elif path == '/': self.send_header('content-type', 'text/html'); body = PAGE
        elif path == '/flood':
            self.send_header('content-type', 'text/html')
            body = b"<title>Flood</title><script>for (let n = 0; n < 20000; n++) console.log('line', n); for (let n = 0; n < 5000; n++) console.log('same');</script>"
        elif path == '/ask':
            self.send_header('content-type', 'text/html')
            body = b"<title>Ask</title><script>setTimeout(() => { document.title = String(confirm('Really?')); }, 100)</script>"
        elif path == '/first':
            self.send_header('content-type', 'text/html')
            body = b"<title>First</title><script>fetch('/asked' + location.search); console.log('logged' + location.search)</script>"
        else: body = b'ok'
        self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', 8090), H).serve_forever()
`;

describe.skipIf(!hasImage('desktop'))('the pages of a sandbox', () => {
  let keeper: KeeperWorld;
  let world: TestWorld;
  let sandbox: SandboxId;

  const events = (): LogEvent[] => world.services.sandboxes.log(sandbox).events(1, 100_000);
  const of = <K extends LogEvent['kind']>(kind: K): Extract<LogEvent, { kind: K }>['data'][] =>
    events().flatMap((event) => (event.kind === kind ? [event.data] : [])) as never;
  const until = async (is: () => boolean, timeout = 20_000) =>
    await expect.poll(is, { timeout, interval: 50 }).toBe(true);
  const run = (command: string, environment: Record<string, string> = {}) =>
    world.services.execs.start(person, sandbox, { command, environment, wait: false });
  const browse = (url: string) => run(`chromium '${url}'`, { DISPLAY: ':1' });

  let agent: Cdp;
  let session: string;
  /** As an agent's client would, beside what is tested. */
  const connect = async ({ holdsTabs } = { holdsTabs: false }) => {
    const open = () => world.services.machine.connectPort(sandbox, DEBUGGER_PORT, { holdsTabs });
    agent = new Cdp(await openDebugger({ connect: open, maxMessageBytes: 10_000_000, handshakeMs: 10_000 }));
    const { targetInfos } = (await agent.send('Target.getTargets')) as never as {
      targetInfos: { targetId: string; type: string }[];
    };
    const page = targetInfos.find(({ type }) => type === 'page')?.targetId;
    session = String((await agent.send('Target.attachToTarget', { targetId: page, flatten: true }))['sessionId']);
    await agent.send('Page.enable', {}, session);
  };
  const go = (url: string) => agent.send('Page.navigate', { url }, session);
  const requestTo = (part: string) => of('page.requested').find(({ url }) => url.includes(part));
  const logged = () => of('page.logged').filter(({ text }) => text.startsWith('Error: out of stock')).length;

  beforeAll(async () => {
    keeper = await KeeperWorld.open();
    world = await TestWorld.open(() => keeper.openDriver());
    sandbox = (await world.create({ image: 'desktop' })).id;
    await world.services.execs.start(person, sandbox, { command: ['sh', '-c', 'cat > /tmp/server.py'], stdin: server });
    await run('python3 /tmp/server.py');
    const serves = async () => (await world.services.machine.ports(sandbox)).some(({ port }) => port === 8090);
    await vi.waitFor(async () => expect(await serves()).toBe(true), { timeout: 20_000 });
    await browse('http://localhost:8090/');
  }, 60_000);
  afterAll(async () => {
    await world?.services.sandboxes.kill(person, sandbox);
    await world?.[Symbol.asyncDispose]();
    await keeper?.[Symbol.asyncDispose]();
  });

  test('a browser that a person starts is found; its page has address and title', async () => {
    await until(
      () =>
        of('page.navigated').some(({ title }) => title === 'Shop') ||
        of('page.opened').some(({ title }) => title === 'Shop'),
    );
    expect(of('browser.opened')[0]).toMatchObject({ headless: false });
    expect(of('browser.opened')[0]?.version).toMatch(/^Chrome\/\d+/);
  });

  test('what it logged and threw is told with its level and place, as data', async () => {
    await until(() => of('page.logged').length >= 4);
    const lines = of('page.logged').map(({ level, source, text }) => `${level} ${source} ${text.split('\n')[0]}`);
    expect(lines).toContainEqual(expect.stringMatching(/^log console hello world (Object$|\{price: 12.5)/));
    expect(lines).toContain('error console Error: out of stock');
    expect(lines).toContain('warning console <img src=x onerror=alert(1)>');
    expect(lines).toContain('error exception TypeError: total is not a function');
    expect(of('page.logged').find(({ source }) => source === 'exception')?.at).toMatchObject({
      url: 'http://localhost:8090/',
    });
    await connect();
  });

  test('its requests are told with what came of them, without the secrets of their addresses', async () => {
    await go('http://localhost:8090/?again');
    await until(() => ['/?again', '/missing', '/cart'].every((path) => requestTo(path) !== undefined));
    expect(requestTo('/?again')).toMatchObject({ method: 'GET', type: 'document', status: 200, error: null });
    expect(requestTo('/?again')?.sizeBytes).toBeGreaterThan(300);
    expect(requestTo('/missing')).toMatchObject({ type: 'fetch', status: 404 });
    expect(requestTo('/cart')?.url).toBe('http://localhost:8090/cart?token=•••&item=3');
    await go('http://localhost:1/');
    await until(() => requestTo('localhost:1/') !== undefined);
    expect(requestTo('localhost:1/')).toMatchObject({ status: null, error: expect.stringMatching(/ERR_/) });
    const told = events().filter(({ kind }) => kind.startsWith('page.'));
    expect(JSON.stringify(told)).not.toContain('very-secret-value');
  });

  test('of a flood some is kept, and the rest is counted', async () => {
    const before = of('page.logged').length;
    await go('http://localhost:8090/flood');
    const kept = () =>
      of('page.logged')
        .slice(before)
        .filter(({ text }) => /^(line|same)/.test(text));
    const missed = () => of('page.missed').reduce((sum, { logged }) => sum + logged, 0);
    await until(() => kept().reduce((sum, { times }) => sum + times, 0) + missed() === 25_000);
    expect(kept().length).toBeLessThan(200);
    expect(missed()).toBeGreaterThan(15_000);
  });

  test('a dialog is told and left to whoever is there to answer it', async () => {
    await go('http://localhost:8090/ask');
    await until(() => of('page.dialog').length > 0);
    expect(of('page.dialog')).toMatchObject([{ dialog: 'confirm', message: 'Really?', state: 'opened' }]);
    await agent.send('Page.handleJavaScriptDialog', { accept: true }, session);
    await until(() => of('page.navigated').some(({ title }) => title === 'true'));
    expect(of('page.dialog').at(-1)).toMatchObject({ state: 'accepted' });
  });

  test('a download is told from its beginning to its end', async () => {
    await go('http://localhost:8090/file.bin').catch(() => undefined);
    await until(() => of('page.download').length === 2);
    expect(of('page.download')).toMatchObject([
      { url: 'http://localhost:8090/file.bin', name: 'report.bin', state: 'started' },
      { state: 'completed', sizeBytes: 1_000 },
    ]);
  });

  test('no page of the sandbox may speak to the browser’s own port', async () => {
    await go('http://localhost:8090/');
    const tried = await agent.send(
      'Runtime.evaluate',
      {
        expression: `(async () => {
          const read = (url, how) => fetch(url, how).then((answer) => answer.text(), () => 'refused');
          const version = await read('http://127.0.0.1:9222/json/version');
          const opened = await read('http://127.0.0.1:9222/json/new?about:blank', { method: 'PUT' });
          const socket = await new Promise((tell) => {
            const tries = new WebSocket('ws://127.0.0.1:9222/devtools/browser/${'x'}');
            tries.onopen = () => tell('opened');
            tries.onerror = () => tell('refused');
          });
          return [version, opened, socket].join(' ');
        })()`,
        awaitPromise: true,
        returnByValue: true,
      },
      session,
    );
    expect(tried['result']).toMatchObject({ value: 'refused refused refused' });
  });

  /** With its opener, in whose process it is then, or without. */
  const open = (path: string, how = '') =>
    agent.send(
      'Runtime.evaluate',
      { expression: `window.open('http://localhost:8090${path}', '_blank', '${how}')`, userGesture: true },
      session,
    );

  test('the first that a new tab asks for and logs is heard, twenty times of twenty', async () => {
    await go('http://localhost:8090/plain');
    const heard = (n: number) => ({
      document: requestTo(`/first?${n}.`)?.type,
      asked: requestTo(`/asked?${n}.`)?.status,
      logged: of('page.logged').filter(({ text }) => text === `logged?${n}.`).length,
    });
    for (let n = 0; n < 20; n++) {
      await open(`/first?${n}.`, n % 2 === 0 ? '' : 'noopener');
      await until(() => heard(n).logged > 0 && heard(n).asked !== undefined);
      expect(heard(n)).toEqual({ document: 'document', asked: 200, logged: 1 });
      const { page } = of('page.logged').find(({ text }) => text === `logged?${n}.`)!;
      await agent.send('Target.closeTarget', { targetId: page });
    }
  }, 60_000);

  test('a new tab that an agent’s own client holds is left to that, and goes on when the client has gone', async () => {
    agent.close();
    await connect({ holdsTabs: true });
    const held: string[] = [];
    agent.on('Target.attachedToTarget', ({ sessionId, waitingForDebugger }) => {
      if (waitingForDebugger === true) held.push(String(sessionId));
    });
    await agent.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true });
    // The process that it shares with its opener stands with it.
    open('/first?held.').catch(() => {});
    await until(() => held.length === 1);
    await world.services.execs.start(person, sandbox, { command: 'sleep 0.5' });
    expect(requestTo('/first?held.')).toBeUndefined();
    await agent.send('Runtime.runIfWaitingForDebugger', {}, held[0]);
    await until(() => requestTo('/asked?held.') !== undefined);
    expect(requestTo('/first?held.')).toMatchObject({ type: 'document' });

    open('/first?left.').catch(() => {});
    await until(() => held.length === 2);
    agent.close();
    await until(() => requestTo('/asked?left.') !== undefined);
    await connect();
  });

  test('tabs that come and go are told', async () => {
    const opened = () => of('page.opened').length;
    const closed = () => of('page.closed').length;
    const [openedBefore, closedBefore] = [opened(), closed()];
    for (let round = 0; round < 2; round++)
      await Promise.all(
        Array.from({ length: 15 }, async () => {
          const { targetId } = await agent.send('Target.createTarget', { url: 'about:blank', background: true });
          await agent.send('Target.closeTarget', { targetId });
        }),
      );
    await until(() => opened() - openedBefore === 30 && closed() - closedBefore === 30);
  }, 60_000);

  test('a frozen sandbox sleeps on; after the thaw, a new server and a restore it is heard again', async () => {
    const { sandboxes, checkpoints } = world.services;
    const seen = (title: string) => of('page.navigated').some((page) => page.title === title);
    const rename = (title: string) =>
      agent.send('Runtime.evaluate', { expression: `document.title = ${JSON.stringify(title)}` }, session);
    await sandboxes.freeze(person, sandbox);
    expect(sandboxes.get(sandbox).phase).toBe('frozen');
    await sandboxes.thaw(person, sandbox);
    await rename('after the thaw');
    await until(() => seen('after the thaw'));
    const made = await checkpoints.create(person, sandbox, {});
    agent.close();
    const errors = logged();
    const starts = of('browser.opened').length;
    await world.restart();
    await until(() => of('browser.opened').length > starts);
    // What was heard before is not told again.
    expect(logged()).toBe(errors);
    await connect();
    await rename('after the restart');
    await until(() => seen('after the restart'));
    agent.close();
    const before = of('browser.opened').length;
    await world.services.checkpoints.restore(person, sandbox, made.id);
    await until(() => of('browser.closed').length > 0);
    if (!made.holds.memory) await browse('http://localhost:8090/');
    await until(() => of('browser.opened').length > before);
  }, 90_000);
});
