/** A scripted agent that needs no key: it finds a bug in a small shop by using it, asks a person once, mends it and proves it. */
import { AppError, isAppError, type RunId, type SandboxId } from '@sandglass/protocol';
import { Desk } from '../../doors/acts/desk.ts';
import type { Pause } from '../../doors/acts/pause.ts';
import { Browser } from '../../doors/mcp/browser/browser.ts';
import type { Caller, Services } from '../../services.ts';
import { patiently } from './patience.ts';
import { type Fix, files, fixes, folder, port, test } from './shop.ts';

export interface DemoOptions {
  readonly services: Services;
  readonly caller: Caller;
  readonly sandbox: SandboxId;
  /** Between two acts, so that a person can follow. */
  readonly pause: Pause;
}

const GOAL =
  'Customers say that the discount code SPRING-25 does something odd at the checkout. Find out what, and mend it.';
const SHORT_MS = 900;
const LONG_MS = 1_800;
/** A page that loads for longer is no page that is slow. */
const MOST_LOOKS = 40;

/** Resolves when it has ended, however; rejects never. */
export async function playDemo(options: DemoOptions): Promise<void> {
  const { services, caller, sandbox } = options;
  const run = await services.runs.start(caller, sandbox, { goal: GOAL, agent: 'Demo agent' });
  const end = async (outcome: 'succeeded' | 'failed' | 'stopped', reason: string) =>
    await services.runs.end(caller, sandbox, run.id, { outcome, reason });
  const player = new Player(options, run.id);
  try {
    await player.play();
    await end('succeeded', 'The tests pass, and the checkout shows the right total.');
  } catch (error) {
    const message = isAppError(error) ? error.message : 'Something went wrong.';
    // A sandbox that has ended ends its runs by itself.
    await end(isAppError(error) && error.code !== 'internal' ? 'stopped' : 'failed', message).catch(() => undefined);
  } finally {
    await player.close();
  }
}

class Player {
  readonly #options: DemoOptions;
  readonly #run: RunId;
  readonly #desk: Desk;
  readonly #browser: Browser | null;

  constructor(options: DemoOptions, run: RunId) {
    const { services, caller, sandbox, pause } = options;
    this.#options = options;
    this.#run = run;
    this.#desk = new Desk({ services, caller, sandbox });
    const hasScreen = services.sandboxes.get(sandbox).screen !== null;
    this.#browser = hasScreen ? new Browser({ services, caller, sandbox, hand: this.#desk.hand, pause }) : null;
  }

  async play(): Promise<void> {
    await this.#say(
      'plan',
      'Start the shop, try the code as a customer would, then write a test that fails before I change anything.',
    );
    for (const [name, content] of Object.entries(files)) await this.#write(name, content);
    await this.#serve();
    await this.#tryCode();
    await this.#say(
      'thought',
      'The total is −12.50: the discount is larger than the price, and nothing stops it. A customer would be paid for buying a mug.',
    );
    await this.#exec('grep -n "discount" *.js');
    await this.#write('total.test.js', test);
    const before = await this.#exec('npm test');
    await this.#say(
      'thought',
      `The test fails as it should (exit ${before}). What the shop wants here is not mine to decide.`,
    );
    const fix = await this.#ask();
    await this.#write('total.js', fixes[fix](files['total.js']!));
    const after = await this.#exec('npm test');
    if (after !== 0) throw new AppError('unprocessable', 'The tests still fail.');
    await this.#exec("pkill -f 'node server.js'; sleep 0.3; true");
    await this.#serve();
    await this.#tryCode();
    await this.#say(
      'message',
      `Done. “${fix}” is in total.js, its test passes, and the checkout no longer shows a negative total.`,
    );
  }

  async close(): Promise<void> {
    await this.#desk.close().catch(() => undefined);
  }

  async #say(sort: 'thought' | 'plan' | 'message', text: string): Promise<void> {
    const { services, caller, sandbox } = this.#options;
    services.runs.say(caller, sandbox, this.#run, { sort, text });
    await this.#wait(LONG_MS);
  }

  async #write(name: string, content: string): Promise<void> {
    const { services, caller, sandbox } = this.#options;
    const bytes = (async function* () {
      yield Buffer.from(content);
    })();
    const options = { parents: true, sizeBytes: Buffer.byteLength(content) };
    await services.files.write(caller, sandbox, `${folder}/${name}`, bytes, options, new AbortController().signal);
    await this.#wait(SHORT_MS);
  }

  async #exec(command: string): Promise<number | null> {
    const { services, caller, sandbox } = this.#options;
    const ended = await services.execs.start(caller, sandbox, { command, cwd: folder, timeoutMs: 60_000 });
    await this.#wait(SHORT_MS);
    return ended.exit?.code ?? null;
  }

  /** Runs on; a busy machine takes a while until it listens. */
  async #serve(): Promise<void> {
    const { services, caller, sandbox } = this.#options;
    const started = await services.execs.start(caller, sandbox, {
      command: ['node', 'server.js'],
      cwd: folder,
      wait: false,
    });
    for (let look = 0; look < MOST_LOOKS; look++) {
      await this.#wait(SHORT_MS);
      if ((await services.machine.ports(sandbox)).some((one) => one.port === port)) return;
      if (services.execs.get(sandbox, started.id).exit !== null) break;
    }
    throw new AppError('unprocessable', `The shop’s server does not listen on port ${port}.`);
  }

  /** As a customer: by the page where there is a screen, else by a request. */
  async #tryCode(): Promise<void> {
    const address = `http://localhost:${port}/`;
    if (this.#browser === null) {
      await this.#exec(`curl -s '${address}?code=SPRING-25' | grep -o 'Total[^<]*'`);
      return;
    }
    const browser = this.#browser;
    await this.#patiently(() => browser.navigate({ url: address }, {}));
    await this.#wait(SHORT_MS);
    const { code, apply } = await this.#look(browser);
    await this.#patiently(() => browser.fill({ ref: code, text: 'SPRING-25', submit: false }, {}));
    await this.#wait(SHORT_MS);
    await this.#patiently(() => browser.click({ ref: apply, times: 1 }, {}));
    await this.#wait(LONG_MS);
  }

  /** A page that is not all there yet is looked at again. */
  async #look(browser: Browser): Promise<{ code: string; apply: string }> {
    for (let look = 1; ; look++)
      try {
        const page = await this.#patiently(() => browser.snapshot({}));
        return { code: refOf(page, 'textbox', 'Discount code'), apply: refOf(page, 'button', 'Apply code') };
      } catch (error) {
        if (look === MOST_LOOKS || !isAppError(error) || error.code !== 'unprocessable') throw error;
        await this.#wait(SHORT_MS);
      }
  }

  async #patiently<T>(act: () => Promise<T>): Promise<T> {
    const { services, sandbox } = this.#options;
    return await patiently(act, {
      isAlive: async () => (await services.machine.processes(sandbox)).some(({ command }) => /chrom/.test(command)),
      onSlow: async (time, words) => {
        if (time === 1) await this.#say('thought', `This takes longer than it should; I wait. ${words}`);
      },
    });
  }

  async #ask(): Promise<Fix> {
    const { services, caller, sandbox } = this.#options;
    const answer = await services.gate.ask(caller, sandbox, {
      question: 'A discount can be larger than the price. What should the checkout do then?',
      choices: Object.keys(fixes),
    });
    const said = answer.choice ?? answer.text ?? '';
    return said in fixes ? (said as Fix) : 'Make it free';
  }

  async #wait(ms: number): Promise<void> {
    await this.#options.pause(ms);
  }
}

/** Of an element in a page as `Browser` tells it: `- button "Apply code" [e7]`. */
export function refOf(page: string, role: string, name: string): string {
  const line = page.split('\n').find((each) => each.includes(`${role} "${name}"`));
  const ref = /\b(e\d+)\b/.exec(line?.slice((line ?? '').lastIndexOf('"')) ?? '')?.[1];
  if (ref === undefined) throw new AppError('unprocessable', `The page has no ${role} “${name}”.`);
  return ref;
}
