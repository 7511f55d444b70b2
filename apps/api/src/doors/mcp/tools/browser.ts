import { z } from 'zod';
import { realPause } from '../../acts/pause.ts';
import { Browser } from '../browser/browser.ts';
import { defineTool, type Tool, type ToolCall } from '../tool.ts';

async function browserOf(call: ToolCall): Promise<Browser> {
  const desk = await call.desk();
  const { services, caller } = call;
  return desk.keep(
    'browser',
    () => new Browser({ services, caller, sandbox: desk.sandbox, hand: desk.hand, pause: realPause }),
  );
}

const RefArgument = z.string().regex(/^e\d{1,6}$/, 'a ref of the last snapshot, such as e12');

export const browserTools: readonly Tool[] = [
  defineTool({
    name: 'browser_navigate',
    title: 'Open a page',
    description:
      'Open an address in the sandbox’s browser (started if need be), or go back, forward or load again. Servers of the sandbox are at http://localhost:PORT.',
    input: {
      url: z.string().min(1).max(8192).optional(),
      history: z.enum(['back', 'forward', 'reload']).optional(),
    },
    effect: 'destroys',
    openWorld: true,
    run: async ({ url, history }, call) => {
      const browser = await browserOf(call);
      if (url !== undefined) return await browser.navigate({ url }, call.asking);
      return await browser.history(history ?? 'reload', call.asking);
    },
  }),
  defineTool({
    name: 'browser_snapshot',
    title: 'Read the page',
    description:
      'The page as text: its accessibility tree, with a ref for each element that can be acted on. Cheaper and more exact than a screenshot.',
    input: {},
    effect: 'reads',
    openWorld: true,
    run: async (_given, call) => await (await browserOf(call)).snapshot(call.asking),
  }),
  defineTool({
    name: 'browser_click',
    title: 'Click in the page',
    description: 'Click the element with this ref; answers with the page as it is then.',
    input: { ref: RefArgument, double: z.boolean().default(false) },
    effect: 'destroys',
    openWorld: true,
    run: async ({ ref, double }, call) =>
      await (await browserOf(call)).click({ ref, times: double ? 2 : 1 }, call.asking),
  }),
  defineTool({
    name: 'browser_fill',
    title: 'Fill in a field',
    description:
      'Put text in the place of what a field has: text fields, selects (by label), check boxes (true or false), dates. Answers with the page.',
    input: {
      ref: RefArgument,
      text: z.string().max(100_000),
      submit: z.boolean().default(false).describe('then press Enter'),
    },
    effect: 'destroys',
    openWorld: true,
    run: async ({ ref, text, submit }, call) => await (await browserOf(call)).fill({ ref, text, submit }, call.asking),
  }),
  defineTool({
    name: 'browser_evaluate',
    title: 'Run JavaScript in the page',
    description: 'Evaluate an expression in the page and get its value as JSON. Promises are waited for.',
    input: { expression: z.string().min(1).max(100_000) },
    effect: 'destroys',
    openWorld: true,
    run: async ({ expression }, call) => await (await browserOf(call)).evaluate({ expression }, call.asking),
  }),
  defineTool({
    name: 'browser_tabs',
    title: 'Tabs',
    description: 'The tabs of the browser; opens one, closes one or turns to one. Tabs are numbered from 1.',
    input: {
      open: z.string().min(1).max(8192).optional().describe('address'),
      close: z.number().int().min(1).optional(),
      turnTo: z.number().int().min(1).optional(),
    },
    effect: 'destroys',
    openWorld: true,
    run: async ({ open, close, turnTo }, call) =>
      await (await browserOf(call)).tabs(
        {
          ...(open === undefined ? {} : { open }),
          ...(close === undefined ? {} : { close }),
          ...(turnTo === undefined ? {} : { turnTo }),
        },
        call.asking,
      ),
  }),
  defineTool({
    name: 'browser_dialog',
    title: 'Answer a page’s question',
    description: 'Accept or dismiss the box (alert, confirm, prompt) that the page waits for.',
    input: { accept: z.boolean(), text: z.string().max(10_000).optional() },
    effect: 'destroys',
    openWorld: true,
    run: async ({ accept, text }, call) => await (await browserOf(call)).dialog(accept, text, call.asking),
  }),
];
