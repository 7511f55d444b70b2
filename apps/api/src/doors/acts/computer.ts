/** What is done to a screen, each act a call through the gate. Its arguments are pixels of the screen, so that a person can edit them there. */

import type { SandboxId } from '@sandglass/protocol';
import { AppError } from '@sandglass/protocol';
import type { z } from 'zod';
import type { Caller, Services } from '../../services.ts';
import { type ActName, type Acts, acts, type Given, outcomeOf, reads, summaryOf } from './actShapes.ts';
import { type Asking, answerInWords } from './asking.ts';
import type { Hand } from './hand.ts';
import { parseChords, repeated, together } from './keyNames.ts';
import type { Pause } from './pause.ts';
import { type Shot, takeShot, zoomShot } from './picture.ts';
import { cornerToScreen, type Point, type Size, shownSize, toScreen, toShown } from './scale.ts';
import { ScreenWatch } from './screenWatch.ts';

export interface ComputerOptions {
  readonly services: Services;
  readonly caller: Caller;
  readonly sandbox: SandboxId;
  readonly hand: Hand;
  readonly pause: Pause;
}

/** Of one agent. `declared`: the size its tool says the screen has; null = the screen's own, made smaller where models need it. */
export class Computer {
  readonly #options: ComputerOptions;
  readonly #watch: ScreenWatch;
  /** Something was done since the screen was last looked at. */
  #isUnseen = false;
  declared: Size | null = null;

  constructor(options: ComputerOptions) {
    this.#options = options;
    const { services, sandbox, pause } = options;
    this.#watch = new ScreenWatch(
      services.sandboxes.log(sandbox).seenBy('all'),
      services.sandboxes.get(sandbox).screen,
      pause,
    );
  }

  /** Where the pointer is, as the agent was shown the screen. */
  get pointer(): Point {
    return toShown(this.#options.hand.at, this.shown, this.#screen);
  }

  get shown(): Size {
    return this.declared ?? shownSize(this.#screen);
  }

  /** @returns what it says in words, for those that say something */
  async do<N extends ActName>(name: N, given: z.input<Acts[N]>, asking: Asking = {}): Promise<string> {
    const parsed = this.#parse(name, given);
    return await this.#pass(
      name,
      this.#placed(parsed),
      asking,
      (now) => this.#perform(name, now, asking.signal),
      answerInWords,
    );
  }

  /** The screen, with what was done before it drawn; a call of its own. */
  async screenshot(asking: Asking = {}): Promise<Shot> {
    return await this.#pass('screenshot', {} as Given<'screenshot'>, asking, () => this.settled(asking.signal));
  }

  async zoom(given: z.input<Acts['zoom']>, asking: Asking = {}): Promise<Uint8Array> {
    const parsed = this.#placed(this.#parse('zoom', given));
    const { services, sandbox } = this.#options;
    return await this.#pass('zoom', parsed, asking, async ({ from, to }) => {
      await this.#settle(asking.signal);
      return await zoomShot(services, sandbox, { from, to, shown: this.shown });
    });
  }

  /** The screen when what was done last has been drawn: part of that call, none of its own. */
  async settled(signal?: AbortSignal): Promise<Shot> {
    await this.#settle(signal);
    const { services, sandbox } = this.#options;
    return await takeShot(services, sandbox, this.declared);
  }

  async #settle(signal: AbortSignal | undefined): Promise<void> {
    if (!this.#isUnseen) return;
    await this.#watch.untilQuiet(signal);
    this.#isUnseen = false;
  }

  close(): void {
    this.#watch.close();
  }

  get #screen(): Size {
    const { size } = this.#watch;
    if (size) return size;
    throw new AppError(
      'notSupported',
      'This sandbox has no screen. Create one from the image desktop (or browser), or use the shell and the files of this one.',
    );
  }

  #parse<N extends ActName>(name: N, given: unknown): Given<N> {
    const result = acts[name].safeParse(given);
    if (result.success) return result.data as Given<N>;
    const [first] = result.error.issues;
    throw new AppError('badRequest', `${name}: ${first?.path.join('.') ?? ''} ${first?.message ?? 'is not valid'}`);
  }

  /** Its points as pixels of the screen. */
  #placed<N extends ActName>(given: Given<N>): Given<N> {
    const place = (point: Point) => toScreen(point, this.shown, this.#screen);
    const placeCorner = (point: Point) => cornerToScreen(point, this.shown, this.#screen);
    const { at, from, to, path } = given as { at?: Point; from?: Point; to?: Point; path?: readonly Point[] };
    return {
      ...given,
      ...(at ? { at: place(at) } : {}),
      ...(from ? { from: placeCorner(from) } : {}),
      ...(to ? { to: placeCorner(to) } : {}),
      ...(path ? { path: path.map(place) } : {}),
    };
  }

  async #pass<N extends ActName, T>(
    name: N,
    given: Given<N>,
    asking: Asking,
    work: (given: Given<N>) => Promise<T>,
    answer?: { parse(value: unknown): T },
  ): Promise<T> {
    const { services, caller, sandbox } = this.#options;
    void this.#screen;
    return await services.calls.pass<Given<N>, T>(
      caller,
      sandbox,
      {
        name: `computer.${name}`,
        arguments: given,
        summary: (now) => summaryOf(name, now),
        outcome: (result) => ({ summary: outcomeOf(result) }),
        schema: acts[name] as unknown as { parse(value: unknown): Given<N> },
        ...(reads.has(name) ? { reads: true } : {}),
        ...asking.told,
        ...(answer ? { answer } : {}),
      },
      work,
      asking.signal,
    );
  }

  async #perform(name: ActName, given: Given<ActName>, signal: AbortSignal | undefined): Promise<string> {
    const { hand, pause } = this.#options;
    if (!reads.has(name)) {
      this.#watch.begin();
      this.#isUnseen = true;
    }
    const is = <N extends ActName>(_name: N) => given as Given<N>;
    const holding = (names: readonly string[] | undefined, work: () => Promise<void>) =>
      names?.length ? hand.holding(together(names.flatMap((each) => each.split('+'))), work) : work();
    switch (name) {
      case 'click': {
        const { at, button, times, holding: names } = is('click');
        if (at) await hand.move(at);
        await holding(names, () => hand.click(button, times));
        return '';
      }
      case 'move': {
        const { at, holding: names } = is('move');
        await holding(names, () => hand.move(at));
        return '';
      }
      case 'press':
      case 'lift': {
        const { at, button } = is('press');
        if (at) await hand.move(at);
        await (name === 'press' ? hand.press(button) : hand.lift(button));
        return '';
      }
      case 'drag': {
        const { path, holding: names } = is('drag');
        await holding(names, () => hand.drag(path));
        return '';
      }
      case 'type':
        await hand.type(is('type').text);
        return '';
      case 'keys': {
        const { keys, times = 1 } = is('keys');
        for (const chord of repeated(parseChords(keys), times)) await hand.chord(chord);
        return '';
      }
      case 'hold': {
        const { keys, durationMs } = is('hold');
        await hand.holding(parseChords(keys).flat(), () => pause(durationMs, signal));
        return '';
      }
      case 'scroll': {
        const { at, direction, notches, holding: names } = is('scroll');
        if (at) await hand.move(at);
        await holding(names, () => hand.scroll(direction, notches));
        return '';
      }
      case 'wait':
        await pause(is('wait').durationMs, signal);
        return '';
      case 'position': {
        const { x, y } = toShown(hand.at, this.shown, this.#screen);
        return `X=${x},Y=${y}`;
      }
      default:
        return '';
    }
  }
}
