/** What is done to a screen, each act a call through the gate. Its arguments are pixels of the screen, so that a person can edit them there. */

import type { SandboxId } from '@sandglass/protocol';
import { AppError } from '@sandglass/protocol';
import { z } from 'zod';
import type { AskedCall, Caller, Services } from '../../services.ts';
import type { Hand } from './hand.ts';
import { parseChords, together } from './keyNames.ts';
import type { Pause } from './pause.ts';
import { type Shot, takeShot, zoomShot } from './picture.ts';
import { type Point, type Size, shownSize, toScreen, toShown } from './scale.ts';
import { ScreenWatch } from './screenWatch.ts';

const Pixel = z.number().int().min(0).max(65_535);
const At = z.object({ x: Pixel, y: Pixel });
const Held = z.array(z.string().min(1).max(40)).max(8).optional().describe('keys that are held meanwhile');
const DurationMs = z.number().min(0).max(60_000);
const Button = z.enum(['left', 'right', 'middle']);
export const MAX_TYPED_CHARACTERS = 20_000;

/** Every act, with points as the agent was shown the screen. */
export const acts = {
  screenshot: z.object({}),
  click: z.object({
    at: At.optional(),
    button: Button.default('left'),
    times: z.number().int().min(1).max(3).default(1),
    holding: Held,
  }),
  move: z.object({ at: At, holding: Held }),
  press: z.object({ at: At.optional(), button: Button.default('left') }),
  lift: z.object({ at: At.optional(), button: Button.default('left') }),
  drag: z.object({ path: z.array(At).min(2).max(200), holding: Held }),
  type: z.object({ text: z.string().max(MAX_TYPED_CHARACTERS) }),
  keys: z.object({ keys: z.string().min(1).max(2000) }),
  hold: z.object({ keys: z.string().min(1).max(200), durationMs: DurationMs }),
  scroll: z.object({
    at: At.optional(),
    direction: z.enum(['up', 'down', 'left', 'right']),
    notches: z.number().int().min(0).max(100),
    holding: Held,
  }),
  wait: z.object({ durationMs: DurationMs }),
  zoom: z.object({ from: At, to: At }),
  position: z.object({}),
} as const;
type Acts = typeof acts;
export type ActName = keyof Acts;
type Given<N extends ActName> = z.output<Acts[N]> & Record<string, unknown>;

/** How a call is asked for. */
export interface Asking {
  readonly signal?: AbortSignal;
  readonly onHeld?: AskedCall<Record<string, unknown>, unknown>['onHeld'];
}

export interface ComputerOptions {
  readonly services: Services;
  readonly caller: Caller;
  readonly sandbox: SandboxId;
  readonly hand: Hand;
  readonly pause: Pause;
}

const reads: ReadonlySet<ActName> = new Set(['screenshot', 'wait', 'zoom', 'position']);

/** Of one agent. `declared`: the size its tool says the screen has; null = the screen's own, made smaller where models need it. */
export class Computer {
  readonly #options: ComputerOptions;
  readonly #watch: ScreenWatch;
  declared: Size | null = null;

  constructor(options: ComputerOptions) {
    this.#options = options;
    const { services, sandbox, pause } = options;
    this.#watch = new ScreenWatch(services.sandboxes.log(sandbox), services.sandboxes.get(sandbox).screen, pause);
  }

  get shown(): Size {
    return this.declared ?? shownSize(this.#screen);
  }

  /** @returns what it says in words, for those that say something */
  async do<N extends ActName>(name: N, given: z.input<Acts[N]>, asking: Asking = {}): Promise<string> {
    const parsed = this.#parse(name, given);
    return await this.#pass(name, this.#placed(parsed), asking, (now) => this.#perform(name, now, asking.signal));
  }

  /** The screen now; a call of its own. */
  async screenshot(asking: Asking = {}): Promise<Shot> {
    return await this.#pass('screenshot', {} as Given<'screenshot'>, asking, () => this.#shot());
  }

  async zoom(given: z.input<Acts['zoom']>, asking: Asking = {}): Promise<Uint8Array> {
    const parsed = this.#placed(this.#parse('zoom', given));
    const { services, sandbox } = this.#options;
    return await this.#pass('zoom', parsed, asking, ({ from, to }) =>
      zoomShot(services, sandbox, { from, to, shown: this.shown }),
    );
  }

  /** The screen when what was done last has been drawn: part of that call, none of its own. */
  async settled(signal?: AbortSignal): Promise<Shot> {
    await this.#watch.untilQuiet(signal);
    return await this.#shot();
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
    const { at, from, to, path } = given as { at?: Point; from?: Point; to?: Point; path?: readonly Point[] };
    return {
      ...given,
      ...(at ? { at: place(at) } : {}),
      ...(from ? { from: place(from) } : {}),
      ...(to ? { to: place(to) } : {}),
      ...(path ? { path: path.map(place) } : {}),
    };
  }

  async #shot(): Promise<Shot> {
    const { services, sandbox } = this.#options;
    return await takeShot(services, sandbox, this.declared);
  }

  async #pass<N extends ActName, T>(
    name: N,
    given: Given<N>,
    asking: Asking,
    work: (given: Given<N>) => Promise<T>,
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
        ...(asking.onHeld ? { onHeld: asking.onHeld } : {}),
      },
      work,
      asking.signal,
    );
  }

  async #perform(name: ActName, given: Given<ActName>, signal: AbortSignal | undefined): Promise<string> {
    const { hand, pause } = this.#options;
    this.#watch.begin();
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
      case 'keys':
        for (const chord of parseChords(is('keys').keys)) await hand.chord(chord);
        return '';
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

const times = ['', '', ' double', ' triple'] as const;

function summaryOf(name: ActName, given: Record<string, unknown>): string {
  const point = (value: unknown) => (value ? `${(value as Point).x},${(value as Point).y}` : 'where it is');
  const { at, from, to, path, button, text, keys, direction, notches, durationMs } = given as Partial<
    Given<'click'> & Given<'zoom'> & Given<'drag'> & Given<'type'> & Given<'hold'> & Given<'scroll'>
  >;
  const held = (given['holding'] as readonly string[] | undefined)?.join('+');
  const how = held ? ` with ${held}` : '';
  if (name === 'click') return `${point(at)} “${button}”${times[given['times'] as number] ?? ''}${how}`;
  if (name === 'press' || name === 'lift') return `${point(at)} “${button}”`;
  if (name === 'move') return `${point(at)}${how}`;
  if (name === 'drag') return `${point(path?.[0])} → ${point(path?.at(-1))}${how}`;
  if (name === 'type') return text ?? '';
  if (name === 'keys') return keys ?? '';
  if (name === 'hold') return `${keys} for ${durationMs} ms`;
  if (name === 'scroll') return `${direction} ${notches} at ${point(at)}${how}`;
  if (name === 'wait') return `${durationMs} ms`;
  if (name === 'zoom') return `${point(from)} – ${point(to)}`;
  return '';
}

function outcomeOf(result: unknown): string {
  if (typeof result === 'string') return result;
  if (result instanceof Uint8Array) return `${result.length} bytes`;
  const { screen } = result as Shot;
  return `${screen.width}×${screen.height}`;
}
