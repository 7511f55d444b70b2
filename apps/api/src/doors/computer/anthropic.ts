/**
 * Anthropic's tools: `computer` (computer_20241022, 20250124, 20251124), `bash` and the text editor (all versions). Actions are told by
 * their names, which later versions only add to.
 */
import { AppError } from '@sandglass/protocol';
import { z } from 'zod';
import type { Asking } from '../acts/asking.ts';
import type { Desk } from '../acts/desk.ts';
import type { Point } from '../acts/scale.ts';
import { outputOf } from '../acts/words.ts';
import { runEditor } from './anthropicEditor.ts';
import { parse } from './parse.ts';

export type Part = { readonly text: string } | { readonly png: Uint8Array };

const Coordinate = z.tuple([z.number(), z.number()]);
const Input = z.looseObject({
  action: z.string().max(100),
  coordinate: Coordinate.nullish(),
  start_coordinate: Coordinate.nullish(),
  text: z.string().nullish(),
  key: z.string().nullish(),
  duration: z.number().nullish(),
  scroll_direction: z.enum(['up', 'down', 'left', 'right']).nullish(),
  scroll_amount: z.number().nullish(),
  region: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullish(),
});
type Input = z.infer<typeof Input>;

const clicks: Readonly<Record<string, { button: 'left' | 'right' | 'middle'; times: number }>> = {
  left_click: { button: 'left', times: 1 },
  right_click: { button: 'right', times: 1 },
  middle_click: { button: 'middle', times: 1 },
  double_click: { button: 'left', times: 2 },
  triple_click: { button: 'left', times: 3 },
};
const known = [
  'screenshot',
  'cursor_position',
  'key',
  'hold_key',
  'type',
  'mouse_move',
  ...Object.keys(clicks),
  'left_click_drag',
  'left_mouse_down',
  'left_mouse_up',
  'scroll',
  'wait',
  'zoom',
];

const BashInput = z.looseObject({ command: z.string().max(131_072).nullish(), restart: z.boolean().nullish() });
/** As their own reference waits. */
const BASH_TIMEOUT_MS = 120_000;

export async function runAnthropicTool(
  name: string,
  input: Record<string, unknown>,
  at: { readonly desk: Desk; readonly asking: Asking },
): Promise<readonly Part[]> {
  if (name === 'computer') return await runComputer(parse(Input, input), at.desk, at.asking);
  if (name === 'bash') return await runBash(parse(BashInput, input), at.desk, at.asking);
  if (name === 'str_replace_based_edit_tool' || name === 'str_replace_editor')
    return [{ text: await runEditor(input, at.desk, at.asking) }];
  throw new AppError(
    'badRequest',
    `There is no tool “${name.slice(0, 100)}” here. This endpoint has computer, bash, str_replace_based_edit_tool and str_replace_editor; calls of your own tools are yours to answer.`,
  );
}

async function runBash(
  { command, restart }: z.infer<typeof BashInput>,
  { shell }: Desk,
  asking: Asking,
): Promise<Part[]> {
  if (restart) shell.restart();
  if (!command) {
    if (restart) return [{ text: 'The shell was restarted.' }];
    throw new AppError('badRequest', 'bash needs a command, or restart.');
  }
  return [{ text: outputOf(await shell.run(command, { ...asking, timeoutMs: BASH_TIMEOUT_MS })).text }];
}

async function runComputer(input: Input, { computer }: Desk, asking: Asking): Promise<Part[]> {
  const { action, text, duration } = input;
  const point = (value: Input['coordinate']): Point | undefined => (value ? { x: value[0], y: value[1] } : undefined);
  const at = point(input.coordinate);
  const holding = (input.key ?? text)?.split('+').filter(Boolean);
  const held = holding?.length ? { holding } : {};
  const look = async (words: string): Promise<Part[]> => [
    ...(words === '' ? [] : [{ text: words }]),
    { png: (await computer.settled(asking.signal)).png },
  ];
  const click = Object.hasOwn(clicks, action) ? clicks[action] : undefined;
  if (click) return await look(await computer.do('click', { ...(at ? { at } : {}), ...click, ...held }, asking));
  switch (action) {
    case 'screenshot':
      return [{ png: (await computer.screenshot(asking)).png }];
    case 'cursor_position':
      return [{ text: await computer.do('position', {}, asking) }];
    case 'key':
      return await look(await computer.do('keys', { keys: needed(text, 'text', action) }, asking));
    case 'hold_key':
      return await look(
        await computer.do(
          'hold',
          { keys: needed(text, 'text', action), durationMs: needed(duration, 'duration', action) * 1000 },
          asking,
        ),
      );
    case 'type':
      return await look(await computer.do('type', { text: needed(text, 'text', action) }, asking));
    case 'mouse_move':
      return await look(await computer.do('move', { at: needed(at, 'coordinate', action) }, asking));
    case 'left_click_drag': {
      const from = point(input.start_coordinate) ?? computer.pointer;
      return await look(await computer.do('drag', { path: [from, needed(at, 'coordinate', action)], ...held }, asking));
    }
    case 'left_mouse_down':
    case 'left_mouse_up':
      return await look(await computer.do(action === 'left_mouse_down' ? 'press' : 'lift', at ? { at } : {}, asking));
    case 'scroll':
      return await look(
        await computer.do(
          'scroll',
          {
            ...(at ? { at } : {}),
            direction: needed(input.scroll_direction, 'scroll_direction', action),
            notches: Math.round(needed(input.scroll_amount, 'scroll_amount', action)),
            ...held,
          },
          asking,
        ),
      );
    case 'wait':
      return await look(await computer.do('wait', { durationMs: needed(duration, 'duration', action) * 1000 }, asking));
    case 'zoom': {
      const [x0, y0, x1, y1] = needed(input.region, 'region', action);
      return [{ png: await computer.zoom({ from: { x: x0, y: y0 }, to: { x: x1, y: y1 } }, asking) }];
    }
    default:
      throw new AppError('badRequest', `There is no action “${action}”. Those there are: ${known.join(', ')}.`);
  }
}

function needed<T>(value: T | null | undefined, name: string, action: string): T {
  if (value === null || value === undefined) throw new AppError('badRequest', `${action} needs ${name}.`);
  return value;
}
