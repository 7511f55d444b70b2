/** The acts on a screen: their arguments, and how each is told in a list. */
import { z } from 'zod';
import type { Shot } from './picture.ts';
import type { Point } from './scale.ts';

/** Models point between pixels too. */
const Pixel = z.number().min(0).max(65_535);
const At = z.object({ x: Pixel, y: Pixel });
const Held = z.array(z.string().min(1).max(40)).max(8).optional().describe('keys that are held meanwhile');
/** As long as the vendors' tools may ask for. */
const DurationMs = z.number().min(0).max(300_000);
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
  keys: z.object({ keys: z.string().min(1).max(2000), times: z.number().int().min(1).max(100).optional() }),
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
export type Acts = typeof acts;
export type ActName = keyof Acts;
export type Given<N extends ActName> = z.output<Acts[N]> & Record<string, unknown>;

/** They change nothing: they go on while a person has control. */
export const reads: ReadonlySet<ActName> = new Set(['screenshot', 'wait', 'zoom', 'position']);

const times = ['', '', ' double', ' triple'] as const;

export function summaryOf(name: ActName, given: Record<string, unknown>): string {
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
  if (name === 'keys') return `${keys ?? ''}${given['times'] ? ` ×${given['times']}` : ''}`;
  if (name === 'hold') return `${keys} for ${durationMs} ms`;
  if (name === 'scroll') return `${direction} ${notches} at ${point(at)}${how}`;
  if (name === 'wait') return `${durationMs} ms`;
  if (name === 'zoom') return `${point(from)} – ${point(to)}`;
  return '';
}

export function outcomeOf(result: unknown): string {
  if (typeof result === 'string') return result;
  if (result instanceof Uint8Array) return `${result.length} bytes`;
  const { screen } = result as Shot;
  return `${screen.width}×${screen.height}`;
}
