/** What is typed into a password field is masked: by both clients, as words and key by key, in frames, and when the page does not say. */
import { chromium, type Page, type Browser as Playwright } from 'playwright-core';
import puppeteer, { type Browser as Puppeteer, type Page as Tab } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { hasImage } from '../../drivers/local/keeperWorld.ts';
import { agent } from '../../sandboxes/testWorld.ts';
import { CdpWorld } from './cdpWorld.ts';

const fields = '<input id=name><input id=pw type=password>';
const port = 8_123;
const files = {
  'inner.html': fields,
  'outer.html': `${fields}<iframe name=same srcdoc='${fields}'></iframe>
    <iframe name=data src="data:text/html,${encodeURIComponent(fields)}"></iframe>
    <iframe name=other src="http://127.0.0.1:${port}/inner.html"></iframe>
    <x-login></x-login><script>customElements.define('x-login', class extends HTMLElement {
      connectedCallback() { this.attachShadow({ mode: 'closed', delegatesFocus: true }).innerHTML = '<input type=password>'; }
    })</script>`,
};
const frames = ['same', 'data', 'other'];

describe.skipIf(!hasImage('browser'))('what is typed into a password field', () => {
  let world: CdpWorld;
  let playwright: Playwright;
  let other: Puppeteer;
  let page: Page;
  let tab: Tab;
  beforeAll(async () => {
    world = await CdpWorld.open('browser');
    const { files: disk, execs, machine } = world.services;
    for (const [name, text] of Object.entries(files))
      await disk.write(
        agent,
        world.sandbox,
        `/home/user/www/${name}`,
        [Buffer.from(text)] as never,
        { parents: true },
        new AbortController().signal,
      );
    const command = `python3 -m http.server ${port} --directory /home/user/www`;
    await execs.start(agent, world.sandbox, { command, wait: false });
    const listens = async () => (await machine.ports(world.sandbox)).some((one) => one.port === port);
    await vi.waitFor(async () => expect(await listens()).toBe(true), { timeout: 15_000 });
    playwright = await chromium.connectOverCDP(world.address);
    other = await puppeteer.connect({ browserWSEndpoint: world.address, defaultViewport: null });
    page = await playwright.contexts()[0]!.newPage();
    tab = await other.newPage();
  });
  afterAll(async () => {
    await other?.disconnect();
    await playwright?.close();
    await world?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await page.goto(`http://localhost:${port}/outer.html`);
    await tab.goto(`http://localhost:${port}/outer.html`);
  });
  const log = () => JSON.stringify(world.events());

  test('Playwright: filled in and typed, in the page and in each kind of frame; what is no password is told', async () => {
    for (const frame of [page, ...frames.map((name) => page.frameLocator(`[name=${name}]`))]) {
      await frame.locator('#name').fill('told-in-full');
      await frame.locator('#pw').fill('filled-hunter2');
      await frame.locator('#pw').pressSequentially('Typed-Hunter3');
      expect(await frame.locator('#pw').inputValue()).toBe('filled-hunter2Typed-Hunter3');
    }
    await expect
      .poll(() => world.typed().filter((keys) => keys === '•••').length, { timeout: 15_000 })
      .toBeGreaterThan(3);
    const said = world.acts();
    expect(said.filter((act) => act.endsWith('told-in-full'))).toHaveLength(4);
    expect(said.filter((act) => act.endsWith('← •••'))).toHaveLength(4);
    expect(log()).not.toMatch(/hunter|ersona|Typed/i);
  });

  test('Puppeteer: the same', async () => {
    const from = world.events().length;
    const inside = await Promise.all(
      frames.map(async (name) => (await (await tab.$(`[name=${name}]`))!.contentFrame())!),
    );
    for (const frame of [tab, ...inside]) {
      await frame.focus('#name');
      await tab.keyboard.sendCharacter('told-in-full');
      await frame.focus('#pw');
      await tab.keyboard.sendCharacter('filled-hunter2');
      await frame.type('#pw', 'Typed-Hunter3');
      expect(await frame.$eval('#pw', (field) => (field as unknown as { value: string }).value)).toContain(
        'Typed-Hunter3',
      );
    }
    await expect
      .poll(() => world.typed().filter((keys) => keys === '•••').length, { timeout: 15_000 })
      .toBeGreaterThan(7);
    const said = world
      .events()
      .slice(from)
      .flatMap((event) => (event.kind === 'call.asked' ? [event.data.summary] : []));
    expect(said.filter((act) => act.endsWith('told-in-full'))).toHaveLength(4);
    expect(said.filter((act) => act === 'browser.fill •••')).toHaveLength(4);
    expect(log()).not.toMatch(/hunter/i);
  });

  test('keys that go on into a password field are told as far as they may be', async () => {
    for (const typing of [page, tab]) {
      const before = world.typed().length;
      await typing.focus('#name');
      await typing.keyboard.type('ana');
      await typing.keyboard.press('Tab');
      await typing.keyboard.type('zqxjk');
      const typed = () => world.typed().slice(before).join(' ');
      await expect.poll(typed, { timeout: 15_000 }).toMatch(/ana .*Tab.* •••/);
      expect(typed()).not.toMatch(/[zqxjk]/);
    }
  });

  test('where nobody can look into, it is masked', async () => {
    await page.locator('x-login').focus();
    await page.keyboard.insertText('closed-hunter4');
    expect(world.acts().at(-1)).toBe('browser.fill x-login ← •••');
    expect(log()).not.toMatch(/hunter/i);
  });

  test('a page that stands still keeps no act waiting for the door’s own questions: a script, a dialog', async () => {
    await page.locator('#pw').focus();
    const busy = page.evaluate(
      'new Promise((done) => setTimeout(() => { for (const until = Date.now() + 5_000; Date.now() < until; ); done(Date.now()); }))',
    );
    const inserting = page.keyboard.insertText('busy-hunter5');
    const asked = () =>
      world.events().findLast((event) => event.kind === 'call.asked' && event.data.name === 'browser.fill')!;
    await expect
      .poll(() => asked().data, { timeout: 15_000 })
      .toMatchObject({ summary: expect.stringContaining('•••') });
    const endedMs = Number(await busy);
    expect(asked().wallMs).toBeLessThan(endedMs);
    await inserting;
    const dialog = page.waitForEvent('dialog');
    void page.evaluate('setTimeout(() => alert("stop"))');
    const stop = await dialog;
    const held = page.keyboard.insertText('stopped-hunter6');
    await expect
      .poll(() => world.acts().filter((act) => act.endsWith('•••')).length, { timeout: 15_000 })
      .toBeGreaterThan(1);
    await stop.accept();
    await held;
    expect(log()).not.toMatch(/hunter/i);
  });
});
