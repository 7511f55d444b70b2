/** What a file of stories stands on: a server of its own, a client of it, and pages of people who opened its URL. */
import { type Browser, type BrowserContext, type Page, test } from '@playwright/test';
import { Sandglass } from '@sandglass/client/node';
import { Server } from './server.ts';

/** Nothing is made ahead: what is found on the host belongs to what a story made. */
export const nothingWarm = { SANDGLASS_WARM: 'base=0,desktop=0,browser=0' } as const;

/** A sandbox that does not end in this time fails the file, and does not hang it. */
const MOST = { timeoutMs: 20_000, attempts: 1 } as const;

export class World {
  server!: Server;
  client!: Sandglass;

  /** A page of a person who has opened the URL of `token` (the administrator's, unless told; null = without one). */
  async open(
    browser: Browser,
    path: string,
    { token = this.server.ready.token, ...options }: PersonOptions = {},
  ): Promise<{ page: Page; context: BrowserContext } & AsyncDisposable> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    await page.goto(`${this.server.origin}${path}${token === null ? '' : `#token=${token}`}`);
    return { page, context, [Symbol.asyncDispose]: () => context.close() };
  }

  /** Kills what there is, whoever has control of it: a story that failed may have left a person there. The server stays. */
  async clear(): Promise<void> {
    const { items } = await this.client.sandboxes.list({ limit: 100 });
    await Promise.all(
      items.map(async (each) => {
        // Who has control is not held, by a rule or a pause of the story either. One that has just ended refuses it.
        await each.gate.control.take('the stories are over', MOST).catch(() => undefined);
        await each.kill(MOST);
      }),
    );
  }
}

export type PersonOptions = { token?: string | null } & Parameters<Browser['newContext']>[0];

type Environment = Readonly<Record<string, string>>;

/** Starts a server before the stories of this file and ends it, with all it made, after them. */
export function useWorld(environment: Environment | (() => Promise<Environment>) = {}): World {
  const world = new World();
  test.beforeAll(async () => {
    test.setTimeout(240_000);
    world.server = await Server.start(typeof environment === 'function' ? await environment() : environment);
    world.client = new Sandglass({ url: world.server.origin, token: world.server.ready.token });
  });
  test.afterAll(async () => {
    if (world.client) {
      await world.clear();
      world.client.close();
    }
    await world.server?.[Symbol.asyncDispose]();
  });
  return world;
}
