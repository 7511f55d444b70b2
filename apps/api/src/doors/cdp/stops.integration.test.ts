/** The CDP door with the vendors' own clients: a budget that is spent, and breakpoints after an act. */

import { chromium, type Browser as Playwright } from 'playwright-core';
import puppeteer, { type Browser as Puppeteer } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasImage } from '../../drivers/local/keeperWorld.ts';
import { person } from '../../sandboxes/testWorld.ts';
import type { Caller } from '../../services.ts';
import { CdpWorld } from './cdpWorld.ts';

const page = `data:text/html,${encodeURIComponent(`<title>0</title><input id=code><input id=other>
  <button id=pay onclick="document.title = Number(document.title) + 1">Pay</button>`)}`;
/** What both clients can do, each in its own way. */
interface Tab {
  goto(url: string): Promise<unknown>;
  click(selector: string): Promise<unknown>;
  /** Into what has the focus. */
  insert(text: string): Promise<unknown>;
  type(text: string): Promise<unknown>;
  run(script: string): Promise<unknown>;
  screenshot(): Promise<Uint8Array>;
  title(): Promise<string>;
  close(): Promise<unknown>;
}
const refusal = (doing: Promise<unknown>) =>
  doing.then(
    () => 'it went through',
    (error: Error) => error.message,
  );

describe.skipIf(!hasImage('browser'))('what stops an act of', () => {
  let world: CdpWorld;
  let playwright: Playwright;
  let other: Puppeteer;
  beforeAll(async () => {
    world = await CdpWorld.open('browser');
    playwright = await chromium.connectOverCDP(world.address);
    other = await puppeteer.connect({ browserWSEndpoint: world.address, defaultViewport: null });
  });
  afterAll(async () => {
    await other?.disconnect();
    await playwright?.close();
    await world?.[Symbol.asyncDispose]();
  });

  const open = {
    Playwright: async (): Promise<Tab> => {
      const tab = await playwright.contexts()[0]!.newPage();
      return {
        goto: (url) => tab.goto(url),
        click: (selector) => tab.click(selector, { timeout: 15_000 }),
        insert: (text) => tab.keyboard.insertText(text),
        type: (text) => tab.keyboard.type(text),
        run: (script) => tab.evaluate(script),
        screenshot: () => tab.screenshot(),
        title: () => tab.title(),
        close: () => tab.close(),
      };
    },
    Puppeteer: async (): Promise<Tab> => {
      const tab = await other.newPage();
      return {
        goto: (url) => tab.goto(url),
        click: (selector) => tab.click(selector),
        insert: (text) => tab.keyboard.sendCharacter(text),
        type: (text) => tab.keyboard.type(text),
        run: (script) => tab.evaluate(script),
        screenshot: () => tab.screenshot(),
        title: () => tab.title(),
        close: () => tab.close(),
      };
    },
  };

  describe.each(['Playwright', 'Puppeteer'] as const)('%s', (client) => {
    let tab: Tab;
    beforeAll(async () => {
      tab = await open[client]();
    });
    afterAll(async () => void (await tab.close()));
    beforeEach(async () => void (await tab.goto(page)));

    test('a budget that is spent: each act fails with the words, at once, and nothing of it reaches the page', async () => {
      const { runs } = world.services;
      const token = world.events().findLast((event) => event.kind === 'call.asked' && event.data.door === 'cdp')!.by;
      const agent = { actor: 'agent', token, door: 'cdp' } as Caller;
      const run = await runs.start(agent, world.sandbox, { goal: 'Within its means', budget: { tokens: 100 } });
      await runs.spend(agent, world.sandbox, { tokens: 100, usd: null });
      const from = performance.now();
      for (const doing of [
        () => tab.goto('data:text/html,<title>elsewhere</title>'),
        () => tab.click('#pay'),
        () => tab.insert('word'),
        () => tab.type('k'),
        () => tab.run('document.title = "scripted"'),
        () => tab.screenshot(),
      ])
        expect(await refusal(doing())).toContain('The budget of this run is spent: 100 of 100 tokens.');
      // Nobody tried until their time was over.
      expect(performance.now() - from).toBeLessThan(14_000);
      // Finding one's way goes on.
      expect(await tab.title()).toBe('0');
      const ended = world.events().flatMap((event) => (event.kind === 'call.ended' ? [event.data] : []));
      expect(ended.slice(-6).map(({ error }) => error?.code)).toEqual(Array(6).fill('budgetSpent'));
      await runs.end(agent, world.sandbox, run.id, { outcome: 'stopped' });
      await tab.click('#pay');
      await expect.poll(() => tab.title(), { timeout: 15_000 }).toBe('1');
    });

    describe('a breakpoint after', () => {
      let remove = async () => {};
      const breakAfter = async (name: string) => {
        const own = { kind: 'sandbox', sandbox: world.sandbox } as const;
        const { id } = await world.services.rules.create(person, own, { text: `after ${name} → hold` });
        remove = async () => {
          remove = async () => {};
          await world.services.rules.remove(person, own, id);
        };
      };
      afterEach(async () => {
        await remove();
        await world.goOn();
      });

      test('a script: its result waits, and is the client’s or not as a person says', async () => {
        await breakAfter('browser.evaluate');
        let isTold = false;
        const running = tab.run('6 * 7').finally(() => {
          isTold = true;
        });
        await expect.poll(() => world.held().map(({ when, may }) => [when, may.answer])).toEqual([['after', false]]);
        // It has no result that a person could write.
        await expect(world.decide({ kind: 'answer', result: { value: 43 } })).rejects.toThrow('not something to write');
        expect(await tab.title()).toBe('0');
        expect(isTold).toBe(false);
        await world.decide({ kind: 'approve' }, 'browser.evaluate');
        expect(await running).toBe(42);
        const refused = refusal(tab.run('document.title = 7'));
        await world.decide({ kind: 'reject', reason: 'Not for you.' });
        expect(await refused).toContain('Not for you.');
        expect(await tab.title()).toBe('7');
      });

      test('a navigation: the page is there, and the client hears what a person says', async () => {
        await breakAfter('browser.navigate');
        const going = refusal(tab.goto('data:text/html,<title>there</title>'));
        await world.decide({ kind: 'reject', reason: 'Do not read this.' }, 'browser.navigate');
        expect(await going).toContain('Do not read this.');
        await expect.poll(() => tab.title(), { timeout: 15_000 }).toBe('there');
      });

      test('a click: the page has it, the client waits; refused, it is not made again', async () => {
        await breakAfter('browser.click');
        let isTold = false;
        const clicking = tab.click('#pay').finally(() => {
          isTold = true;
        });
        await expect.poll(() => world.held().map(({ when }) => when), { timeout: 15_000 }).toEqual(['after']);
        await expect.poll(() => tab.title(), { timeout: 15_000 }).toBe('1');
        expect(isTold).toBe(false);
        await world.decide({ kind: 'approve' }, 'browser.click');
        await clicking;
        const refused = refusal(tab.click('#pay'));
        await world.decide({ kind: 'reject', reason: 'Once is enough.' });
        // To Puppeteer a release that fails is none: its next act hears it.
        if (client === 'Puppeteer') expect(await refused).toBe('it went through');
        expect(client === 'Puppeteer' ? await refusal(tab.insert('x')) : await refused).toContain('Once is enough.');
        expect(await tab.title()).toBe('2');
        expect(world.held()).toEqual([]);
        await remove();
        await tab.click('#pay');
        await expect.poll(() => tab.title(), { timeout: 15_000 }).toBe('3');
      });

      test('keys: what follows waits, and hears what a person says of them', async () => {
        await tab.click('#code');
        await breakAfter('browser.keys');
        await tab.type('ab');
        await expect
          .poll(() => world.held().map(({ when, result }) => [when, result]), { timeout: 15_000 })
          .toEqual([['after', { keys: 'ab' }]]);
        let isTold = false;
        const next = tab.insert('cd').finally(() => {
          isTold = true;
        });
        expect(await tab.title()).toBe('0');
        expect(isTold).toBe(false);
        await world.decide({ kind: 'approve' });
        await next;
        await tab.type('ef');
        await world.decide({ kind: 'reject', reason: 'Say less.' }, 'browser.keys');
        expect(await refusal(tab.insert('gh'))).toContain('Say less.');
        await tab.insert('ij');
        await remove();
        expect(await tab.run('document.querySelector("#code").value')).toBe('abcdefij');
      });
    });
  });
});
