/** The CDP door with the vendors' own clients on a real desktop: what they do is recorded as acts, and the gate holds them. */
import { once } from 'node:events';
import { decodePointerMark, type LogEvent, type SandboxId } from '@sandglass/protocol';
import { type Browser, chromium, type Page } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { hasImage, KeeperWorld } from '../../drivers/local/keeperWorld.ts';
import { person } from '../../sandboxes/testWorld.ts';
import { DoorWorld } from '../doorWorld.ts';
import { createCdpDoor } from './door.ts';

const shop = `data:text/html,${encodeURIComponent(`<title>Shop</title>
  <label>Code <input id=code></label><label>Secret <input id=secret type=password></label>
  <button onclick="document.title = document.querySelector('#code').value">Pay</button>`)}`;
/** What is done to it is its title. */
const two = `data:text/html,${encodeURIComponent(`<body style="margin:0" onmouseup="document.body.dataset.up = 1">
  <button id=pay style="position:absolute;left:40px;top:40px;width:120px;height:40px" onclick="document.title = 'paid'">Pay</button>
  <button id=keep style="position:absolute;left:40px;top:140px;width:120px;height:40px" onclick="document.title = 'kept'">Keep</button>
  <button id=ask style="position:absolute;left:40px;top:240px;width:120px;height:40px" onclick="document.title = String(confirm('Sure?'))">Ask</button>`)}`;

describe.skipIf(!hasImage('desktop'))('the CDP door', () => {
  let keeper: KeeperWorld;
  let world: DoorWorld;
  let sandbox: SandboxId;
  let browser: Browser;
  let page: Page;

  const door = createCdpDoor();
  const address = () =>
    door.describe({ url: world.url, token: world.secret })['urlTemplate']!.replace('{sandbox}', sandbox);
  const events = (): LogEvent[] => world.rooms.services.sandboxes.log(sandbox).events(1, 100_000);
  const acts = (): string[] =>
    events().flatMap((event) => (event.kind === 'call.asked' && event.data.door === 'cdp' ? [event.data.summary] : []));
  /** The browser itself runs on as a call of who started it: time is given to it to settle. */
  const holdCalls = async () => {
    const paused = world.rooms.services.gate.pause(person, sandbox, { freeze: false });
    world.rooms.clock.advance(3_000);
    await paused;
  };
  const held = () => world.rooms.services.gate.get(sandbox).held;

  beforeAll(async () => {
    keeper = await KeeperWorld.open();
    world = await DoorWorld.open([door], () => keeper.openDriver());
    sandbox = (await world.rooms.create({ image: 'desktop' })).id;
    browser = await chromium.connectOverCDP(address());
    page = browser.contexts()[0]!.pages()[0] ?? (await browser.contexts()[0]!.newPage());
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await world.killAll();
    await world[Symbol.asyncDispose]();
    await keeper[Symbol.asyncDispose]();
  });

  test('Playwright: navigate, fill, click, keys, evaluate and screenshot are acts in words', async () => {
    await page.goto(shop);
    await page.getByLabel('Code').fill('SPRING-25');
    await page.getByRole('button', { name: 'Pay' }).click();
    await expect.poll(() => page.title(), { timeout: 15_000 }).toBe('SPRING-25');
    await page.locator('#code').focus();
    await page.keyboard.type(' more');
    expect(await page.evaluate(() => 6 * 7)).toBe(42);
    expect((await page.screenshot()).length).toBeGreaterThan(1_000);
    const said = acts().join('\n');
    expect(said).toMatch(/^browser\.navigate data:text\/html/m);
    expect(said).toMatch(/^browser\.fill .*SPRING-25$/m);
    expect(said).toMatch(/^browser\.click .*\d+,\d+/m);
    expect(said).toMatch(/^browser\.evaluate .*6 \* 7/m);
    expect(said).toMatch(/^browser\.screenshot$/m);
    // On a busy machine they come in more than one go.
    const typed = () =>
      events().flatMap((event) => (event.kind === 'call.ended' ? [String(event.data.result?.['keys'] ?? '')] : []));
    await expect.poll(() => typed().join(''), { timeout: 15_000 }).toBe(' more');
    // Nothing of Playwright's own workings.
    expect(acts().length).toBeLessThan(12);
  });

  test('a password that is typed is masked, and reaches the page', async () => {
    await page.locator('#secret').fill('hunter2-in-full');
    expect(await page.locator('#secret').inputValue()).toBe('hunter2-in-full');
    const log = JSON.stringify(events().filter(({ kind }) => kind.startsWith('call.')));
    expect(log).toContain('•••');
    expect(log).not.toContain('hunter2-in-full');
  });

  test('lists, files, dialogs, downloads and tabs are acts, shown as what they are', async () => {
    const form = `data:text/html,${encodeURIComponent(`<select id=size onchange="document.title = this.value"><option>small<option>large</select>
      <input id=file type=file onchange="document.title = this.files[0].name">
      <button onclick="document.title = confirm('Really?')">ask</button>
      <a id=get download=report.txt href="data:text/plain,hello">get</a>`)}`;
    await page.goto(form);
    await page.locator('#size').selectOption('large');
    await expect.poll(() => page.title(), { timeout: 15_000 }).toBe('large');
    await page.locator('#file').setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
    await expect.poll(() => page.title(), { timeout: 15_000 }).toBe('notes.txt');
    page.once('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'ask' }).click();
    await expect.poll(() => page.title(), { timeout: 15_000 }).toBe('true');
    const downloading = page.waitForEvent('download');
    await page.locator('#get').click();
    expect((await downloading).suggestedFilename()).toBe('report.txt');
    const tab = await browser.contexts()[0]!.newPage();
    await tab.close();
    const said = acts().join('\n');
    expect(said).toMatch(/^browser\.select .*large$/m);
    expect(said).toMatch(/^browser\.upload notes\.txt$/m);
    expect(said).toMatch(/^browser\.dialog accept$/m);
    expect(said).toMatch(/^browser\.newTab/m);
    expect(said).toMatch(/^browser\.closeTab$/m);
    // What came of it is told by the browser itself.
    const told = (kind: LogEvent['kind']) => events().filter((event) => event.kind === kind);
    await expect.poll(() => told('page.dialog').length, { timeout: 10_000 }).toBeGreaterThan(1);
    await expect.poll(() => told('page.download').length, { timeout: 10_000 }).toBeGreaterThan(0);
  });

  test('the agent’s pointer is on the screen’s track, where the page is', async () => {
    const { sandboxes } = world.rooms.services;
    await page.goto(shop);
    const [left, top] = await page.evaluate(() => [
      window.screenX + (window.outerWidth - window.innerWidth) / 2,
      window.screenY + window.outerHeight - window.innerHeight,
    ]);
    const pressed = () => {
      const frames = [...sandboxes.log(sandbox).frames('pointer', 0)].map(({ payload }) => decodePointerMark(payload));
      return frames.findLast(({ by, buttons }) => by.startsWith('cdp-') && buttons === 1);
    };
    const mark = { actor: 'agent', name: 'Agent', x: Math.round(left! + 50), y: Math.round(top! + 60) };
    // There are marks of clicks before; a new one is written when the page has said where it is, which a busy machine may not wait for.
    const click = async () => {
      await page.mouse.click(50, 60);
      return pressed();
    };
    await expect.poll(click, { timeout: 15_000, interval: 200 }).toMatchObject(mark);
    expect(top).toBeGreaterThan(20);
  });

  test('what is chosen in a list waits at the gate and is refused with the reason, as input is', async () => {
    await page.goto('data:text/html,<select id=s><option>one<option>two</select>');
    await holdCalls();
    const choosing = page
      .locator('#s')
      .selectOption('two')
      .catch((error: Error) => error.message);
    await expect.poll(() => held().map(({ name }) => name), { timeout: 15_000 }).toEqual(['browser.select']);
    const decision = { kind: 'reject', reason: 'Leave it at one.' } as const;
    await world.rooms.services.gate.decide(person, sandbox, held()[0]!.call, decision);
    expect(await choosing).toContain('Leave it at one.');
    await world.rooms.services.gate.continue(person, sandbox);
    expect(await page.locator('#s').inputValue()).toBe('one');
  });

  describe.each(['Playwright', 'Puppeteer'] as const)('a click of %s', (client) => {
    let click: (selector: string) => Promise<unknown>;
    let title: () => Promise<string>;
    let run: (script: string) => Promise<unknown>;
    let open: () => Promise<unknown>;
    let answerDialogs: () => void;
    let leave: () => Promise<unknown>;
    /** Decides on the call that is held. */
    const decide = async (decision: Parameters<typeof world.rooms.services.gate.decide>[3]) => {
      const summaries = () => held().map(({ summary }) => summary);
      await expect.poll(summaries, { timeout: 15_000 }).toEqual([expect.stringMatching(/(#pay.*)?100,60/)]);
      await world.rooms.services.gate.decide(person, sandbox, held()[0]!.call, decision);
    };
    /** Both clients hear of every tab; Playwright would dismiss what nobody listens to. */
    const listen = () => {};

    beforeAll(async () => {
      if (client === 'Playwright') {
        const tab = await browser.contexts()[0]!.newPage();
        click = (selector) => tab.locator(selector).click({ timeout: 15_000 });
        [title, run, open] = [() => tab.title(), (script) => tab.evaluate(script), () => tab.goto(two)];
        answerDialogs = () => void tab.once('dialog', (dialog) => void dialog.accept());
        leave = () => tab.close();
      } else {
        browser.contexts()[0]!.on('dialog', listen);
        const other = await puppeteer.connect({ browserWSEndpoint: address(), defaultViewport: null });
        const tab = await other.newPage();
        click = (selector) => tab.click(selector);
        [title, run, open] = [() => tab.title(), (script) => tab.evaluate(script), () => tab.goto(two)];
        answerDialogs = () => void tab.once('dialog', (dialog) => void dialog.accept());
        leave = async () => {
          browser.contexts()[0]!.off('dialog', listen);
          await tab.close();
          await other.disconnect();
        };
      }
    });
    beforeEach(async () => void (await open()));
    afterEach(async () => void (await world.rooms.services.gate.continue(person, sandbox)));
    afterAll(async () => void (await leave()));

    test('waits, and is made when a person lets it', async () => {
      await holdCalls();
      const clicking = click('#pay');
      await expect.poll(() => held().length, { timeout: 15_000 }).toBe(1);
      expect(await title()).not.toBe('paid');
      await decide({ kind: 'approve' });
      await clicking;
      await world.rooms.services.gate.continue(person, sandbox);
      await expect.poll(title, { timeout: 15_000 }).toBe('paid');
    });

    test('is made elsewhere when a person moves it: press and release', async () => {
      await holdCalls();
      const clicking = click('#pay').catch(() => 'it was not where it was meant');
      await decide({ kind: 'edit', arguments: { x: 100, y: 160 } });
      await world.rooms.services.gate.continue(person, sandbox);
      await expect.poll(title, { timeout: 15_000 }).toBe('kept');
      await clicking;
    });

    test('fails with the person’s reason when they refuse it, and nothing of it reaches the page', async () => {
      await holdCalls();
      const clicking = click('#pay').catch((error: Error) => error.message);
      await decide({ kind: 'reject', reason: 'Nobody pays today.' });
      expect(await clicking).toContain('Nobody pays today.');
      await world.rooms.services.gate.continue(person, sandbox);
      expect(await run('document.title + document.body.dataset.up')).toBe('undefined');
      await click('#keep');
      await expect.poll(title, { timeout: 15_000 }).toBe('kept');
    });

    test('and a script that leads to a question go on when it is answered', async () => {
      answerDialogs();
      await click('#ask');
      await expect.poll(title, { timeout: 15_000 }).toBe('true');
      answerDialogs();
      expect(await run('confirm("And now?")')).toBe(true);
      expect(acts().filter((act) => act === 'browser.dialog accept').length).toBeGreaterThan(1);
    });
  });

  test('a script that lasts keeps nothing else waiting', async () => {
    await page.goto(two);
    const lasting = page.evaluate(
      () => new Promise((done) => document.addEventListener('click', () => done('clicked'))),
    );
    await page.locator('#keep').click();
    expect(await lasting).toBe('clicked');
  });

  test('an act waits at the gate, is edited, and the page does what the person wrote', async () => {
    await holdCalls();
    const other = 'data:text/html,<title>Edited</title>';
    const going = page.goto('data:text/html,<title>Asked</title>');
    await expect.poll(() => held().map(({ name }) => name), { timeout: 15_000 }).toEqual(['browser.navigate']);
    // Looking goes on meanwhile.
    expect(await page.title()).not.toBe('Asked');
    await world.rooms.services.gate.decide(person, sandbox, held()[0]!.call, {
      kind: 'edit',
      arguments: { url: other },
    });
    await going.catch(() => undefined);
    await expect.poll(() => page.title(), { timeout: 15_000 }).toBe('Edited');
    await world.rooms.services.gate.continue(person, sandbox);
  });

  test('a navigation that is refused fails with the person’s words', async () => {
    await holdCalls();
    const going = page.goto('data:text/html,never').catch((error: Error) => error.message);
    await expect.poll(() => held().length, { timeout: 15_000 }).toBe(1);
    const decision = { kind: 'reject', reason: 'Stay on the shop’s own pages.' } as const;
    await world.rooms.services.gate.decide(person, sandbox, held()[0]!.call, decision);
    expect(await going).toContain('Stay on the shop’s own pages.');
    await world.rooms.services.gate.continue(person, sandbox);
  });

  test('Puppeteer comes in by the same address', async () => {
    const closed = () => acts().filter((act) => act.startsWith('browser.closeTab')).length;
    const before = closed();
    const other = await puppeteer.connect({ browserWSEndpoint: address() });
    const tab = await other.newPage();
    await tab.goto(shop);
    await tab.setContent(`<select id=s><option>one<option>two</select>${await tab.content()}`);
    await tab.select('#s', 'two');
    await tab.type('#code', 'abc');
    await tab.click('button');
    expect(await tab.evaluate(() => document.title)).toBe('abc');
    await tab.close();
    await other.disconnect();
    expect(closed()).toBe(before + 1);
    expect(acts()).toContainEqual(expect.stringMatching(/^browser\.select .*two$/));
  });

  test('Puppeteer: files of the sandbox are handed over, and what the page gives is told', async () => {
    const { services } = world.rooms;
    const other = await puppeteer.connect({ browserWSEndpoint: address(), defaultViewport: null });
    const tab = await other.newPage();
    await services.execs.start(person, sandbox, { command: 'echo x > /tmp/letter.txt' });
    await tab.goto(
      `data:text/html,${encodeURIComponent(`<input id=file type=file onchange="document.title = this.files[0].name">
      <a id=get download=letter-back.txt href="data:text/plain,hello">get</a>`)}`,
    );
    const [chooser] = await Promise.all([tab.waitForFileChooser(), tab.click('#file')]);
    await chooser.accept(['/tmp/letter.txt']);
    await expect.poll(() => tab.title(), { timeout: 15_000 }).toBe('letter.txt');
    await tab.click('#get');
    const given = () =>
      events().flatMap((event) => (event.kind === 'page.download' ? [JSON.stringify(event.data)] : []));
    await expect.poll(() => given().some((each) => each.includes('letter-back.txt')), { timeout: 15_000 }).toBe(true);
    await tab.close();
    await other.disconnect();
    expect(acts()).toContainEqual(expect.stringMatching(/^browser\.upload \/tmp\/letter\.txt$/));
  });

  test('files of megabytes, messages that are none, and a client that does not read', async () => {
    await page.goto('data:text/html,<input id=file type=file onchange="document.title = this.files[0].size">');
    const file = { name: 'big.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(3_000_000) };
    await page.locator('#file').setInputFiles(file);
    await expect.poll(() => page.title(), { timeout: 15_000 }).toBe('3000000');
    const open = async () => {
      const socket = new WebSocket(address());
      await once(socket, 'open');
      return socket;
    };
    for (const [said, code] of [
      ['{"id":1,', 1002],
      ['[]', 1002],
      ['{"id":1000000001,"method":"Browser.getVersion"}', 1002],
      [Buffer.from([1, 2]), 1003],
    ] as const) {
      const socket = await open();
      socket.send(said);
      expect((await once(socket, 'close'))[0]).toBe(code);
    }
    // The browser's own refusals come as they are.
    const socket = await open();
    socket.send('{"id":7,"method":"Nothing.likeThis"}');
    expect(JSON.parse(String((await once(socket, 'message'))[0]))).toMatchObject({ id: 7, error: { code: -32601 } });
    // One that reads nothing of what it asks for costs no more than what is on its way, and the browser goes on for others.
    const memory = process.memoryUsage.rss();
    socket.pause();
    for (let id = 10; id < 60; id++)
      socket.send(JSON.stringify({ id, method: 'Browser.getHistograms', params: { query: '' } }));
    for (let id = 60; id < 400; id++) socket.send(JSON.stringify({ id, method: 'Target.getTargets' }));
    expect(await page.title()).toBe('3000000');
    expect(process.memoryUsage.rss() - memory).toBeLessThan(300 * 1_048_576);
    // And it may vanish.
    socket.terminate();
    expect(await page.evaluate(() => 6 * 7)).toBe(42);
  });

  test('a client that asks for the address first gets it; a wrong token, a viewer and an unknown sandbox do not', async () => {
    const http = address().replace(/^ws/, 'http');
    const at = (path: string) => http.replace('?', `${path}?`);
    const version = (await (await fetch(at('/json/version'))).json()) as { webSocketDebuggerUrl: string };
    expect(version.webSocketDebuggerUrl).toBe(address());
    const status = async (url: string) => (await fetch(url)).status;
    expect(await status(at('/json/version').replace(world.secret, 'wrong-token-wrong'))).toBe(401);
    expect(await status(http.replace(/\?.*/, '/json/version'))).toBe(401);
    const viewer = await world.token({ role: 'viewer', scope: { kind: 'all' } });
    expect(await status(at('/json/version').replace(world.secret, viewer))).toBe(403);
    expect(await status(at('/json/version').replace(sandbox, 'sbx_aaaaaaaaaaaaaaaa'))).toBe(404);
    await expect(chromium.connectOverCDP(address().replace(world.secret, viewer))).rejects.toThrow(/403/);
  });
});
