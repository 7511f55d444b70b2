/** What a tool is: a name, words for models, arguments, hints for hosts, and what it does. */
import type { CallToolResult, ToolAnnotations } from '@modelcontextprotocol/sdk/types.js';
import type { SandboxId } from '@sandglass/protocol';
import { z } from 'zod';
import type { Principal } from '../../identity/identity.ts';
import type { Caller, Services } from '../../services.ts';
import type { Asking } from '../acts/asking.ts';
import type { Desk } from '../acts/desk.ts';
import type { Workplace } from './workplace.ts';

export type Content = CallToolResult['content'][number];

/** One call of a tool. */
export interface ToolCall {
  readonly services: Services;
  readonly caller: Caller;
  readonly principal: Principal;
  readonly workplace: Workplace;
  readonly asking: Asking;
  /** The sandbox that it names, else the session's. Made now when there is none. */
  sandbox(): Promise<SandboxId>;
  desk(): Promise<Desk>;
}

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly annotations: ToolAnnotations;
  run(given: Record<string, unknown>, call: ToolCall): Promise<readonly Content[]>;
}

/** reads: changes nothing. acts: changes something. destroys: may take away what was there. */
type Effect = 'reads' | 'acts' | 'destroys';

interface Definition<S extends z.ZodRawShape> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: S;
  readonly effect: Effect;
  /** Doing it twice is as doing it once. */
  readonly idempotent?: boolean;
  /** It may reach past the sandbox: the network, a person. */
  readonly openWorld?: boolean;
  /** It is about no sandbox, or makes its own sense of the word. */
  readonly placeless?: boolean;
  run(given: z.output<z.ZodObject<S>>, call: ToolCall): Promise<readonly Content[] | string>;
}

export const sandboxArgument = z
  .string()
  .max(64)
  .optional()
  .describe("id of the sandbox, sbx_…; left out: this session's own");

export function defineTool<S extends z.ZodRawShape>(definition: Definition<S>): Tool {
  const { name, title, description, input, effect, idempotent, openWorld, placeless, run } = definition;
  return {
    name,
    title,
    description,
    input: z.strictObject(placeless ? input : { ...input, sandbox: sandboxArgument }),
    annotations: {
      title,
      readOnlyHint: effect === 'reads',
      ...(effect === 'reads' ? {} : { destructiveHint: effect === 'destroys' }),
      idempotentHint: idempotent ?? effect === 'reads',
      openWorldHint: openWorld ?? false,
    },
    run: async (given, call) => {
      const answer = await run(given as z.output<z.ZodObject<S>>, call);
      return typeof answer === 'string' ? [text(answer)] : answer;
    },
  };
}

export const text = (words: string): Content => ({ type: 'text', text: words });

export const picture = (png: Uint8Array): Content => ({
  type: 'image',
  data: Buffer.from(png).toString('base64'),
  mimeType: 'image/png',
});
