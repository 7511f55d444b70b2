import { z } from 'zod';
import { MAX_TYPED_CHARACTERS } from '../../acts/actShapes.ts';
import type { Desk } from '../../acts/desk.ts';
import type { Shot } from '../../acts/picture.ts';
import { type Content, defineTool, picture, type Tool, type ToolCall, text } from '../tool.ts';

const X = z.number().int().min(0).max(65_535).describe('pixels from the left, as in the last screenshot');
const Y = z.number().int().min(0).max(65_535).describe('pixels from the top, as in the last screenshot');
const Holding = z
  .array(z.string().min(1).max(40))
  .max(8)
  .optional()
  .describe('keys to hold meanwhile, such as ctrl or shift');
const Look = z.boolean().default(true).describe('answer with a screenshot of what came of it');

const shown = (shot: Shot): Content[] => [text(`The screen, ${shot.width}×${shot.height}:`), picture(shot.png)];
const point = (x: number | undefined, y: number | undefined) =>
  x === undefined || y === undefined ? {} : { at: { x, y } };

async function after(desk: Desk, call: ToolCall, look: boolean, said = 'Done.'): Promise<Content[]> {
  return look ? shown(await desk.computer.settled(call.asking.signal)) : [text(said)];
}

export const computerTools: readonly Tool[] = [
  defineTool({
    name: 'computer_screenshot',
    title: 'Take a screenshot',
    description: 'The screen of the sandbox now. Coordinates of the other computer tools are pixels of this picture.',
    input: {},
    effect: 'reads',
    run: async (_given, call) => shown(await (await call.desk()).computer.screenshot(call.asking)),
  }),
  defineTool({
    name: 'computer_zoom',
    title: 'Look closer',
    description: 'A part of the screen, enlarged, with every pixel it has: for small print.',
    input: { x0: X, y0: Y, x1: X, y1: Y },
    effect: 'reads',
    run: async ({ x0, y0, x1, y1 }, call) => {
      const { computer } = await call.desk();
      return [picture(await computer.zoom({ from: { x: x0, y: y0 }, to: { x: x1, y: y1 } }, call.asking))];
    },
  }),
  defineTool({
    name: 'computer_click',
    title: 'Click',
    description: 'Click on the screen; without a place, where the pointer is.',
    input: {
      x: X.optional(),
      y: Y.optional(),
      button: z.enum(['left', 'right', 'middle']).default('left'),
      times: z.number().int().min(1).max(3).default(1).describe('2 is a double click'),
      holding: Holding,
      screenshot: Look,
    },
    effect: 'destroys',
    openWorld: true,
    run: async ({ x, y, button, times, holding, screenshot }, call) => {
      const desk = await call.desk();
      await desk.computer.do('click', { ...point(x, y), button, times, holding }, call.asking);
      return await after(desk, call, screenshot);
    },
  }),
  defineTool({
    name: 'computer_move',
    title: 'Move the pointer',
    description: 'Move the pointer without pressing, for what shows up under it.',
    input: { x: X, y: Y, screenshot: Look },
    effect: 'acts',
    run: async ({ x, y, screenshot }, call) => {
      const desk = await call.desk();
      await desk.computer.do('move', { at: { x, y } }, call.asking);
      return await after(desk, call, screenshot);
    },
  }),
  defineTool({
    name: 'computer_drag',
    title: 'Drag',
    description: 'Press the left button at the first point, move along the others, let go at the last.',
    input: {
      path: z
        .array(z.strictObject({ x: X, y: Y }))
        .min(2)
        .max(200),
      holding: Holding,
      screenshot: Look,
    },
    effect: 'destroys',
    run: async ({ path, holding, screenshot }, call) => {
      const desk = await call.desk();
      await desk.computer.do('drag', { path, holding }, call.asking);
      return await after(desk, call, screenshot);
    },
  }),
  defineTool({
    name: 'computer_type',
    title: 'Type text',
    description:
      'Type text where the keyboard’s focus is, in any script; \\n is Enter. Lines with other than plain characters are pasted, which changes the clipboard.',
    input: { text: z.string().min(1).max(MAX_TYPED_CHARACTERS), screenshot: Look },
    effect: 'destroys',
    openWorld: true,
    run: async ({ text: words, screenshot }, call) => {
      const desk = await call.desk();
      await desk.computer.do('type', { text: words }, call.asking);
      return await after(desk, call, screenshot);
    },
  }),
  defineTool({
    name: 'computer_keys',
    title: 'Press keys',
    description:
      'Press a key or a chord: Return, ctrl+s, alt+Tab, Page_Down. Several, one after the other, are separated by spaces. Or hold one for some time.',
    input: {
      keys: z.string().min(1).max(2000),
      holdSeconds: z.number().min(0).max(60).optional(),
      screenshot: Look,
    },
    effect: 'destroys',
    openWorld: true,
    run: async ({ keys, holdSeconds, screenshot }, call) => {
      const desk = await call.desk();
      if (holdSeconds === undefined) await desk.computer.do('keys', { keys }, call.asking);
      else await desk.computer.do('hold', { keys, durationMs: holdSeconds * 1000 }, call.asking);
      return await after(desk, call, screenshot);
    },
  }),
  defineTool({
    name: 'computer_scroll',
    title: 'Scroll',
    description: 'Turn the mouse wheel at a place.',
    input: {
      x: X.optional(),
      y: Y.optional(),
      direction: z.enum(['up', 'down', 'left', 'right']),
      notches: z.number().int().min(1).max(100).default(3),
      holding: Holding,
      screenshot: Look,
    },
    effect: 'acts',
    run: async ({ x, y, direction, notches, holding, screenshot }, call) => {
      const desk = await call.desk();
      await desk.computer.do('scroll', { ...point(x, y), direction, notches, holding }, call.asking);
      return await after(desk, call, screenshot);
    },
  }),
  defineTool({
    name: 'computer_wait',
    title: 'Wait',
    description: 'Wait for so long, then look at the screen.',
    input: { seconds: z.number().min(0).max(60), screenshot: Look },
    effect: 'reads',
    run: async ({ seconds, screenshot }, call) => {
      const desk = await call.desk();
      await desk.computer.do('wait', { durationMs: seconds * 1000 }, call.asking);
      return await after(desk, call, screenshot);
    },
  }),
];
