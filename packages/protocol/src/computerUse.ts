/**
 * Tool calls of models, as their APIs write them, and the results as they take them back. What is not said here passes through unread: the
 * vendors add fields, and a reply of theirs may be given whole.
 */
import { z } from 'zod';

/**
 * Anthropic: a block of a reply's content. Its `name` says which tool: computer, bash, str_replace_based_edit_tool …; within the toolset
 * `computer` which of its members: left_click, type, screenshot …
 */
export const ToolUseBlock = z.looseObject({
  type: z.literal('tool_use'),
  id: z.string().min(1).max(256),
  name: z.string().min(1).max(256),
  toolset_name: z.string().max(256).nullish(),
  input: z.record(z.string(), z.unknown()),
});
export type ToolUseBlock = z.infer<typeof ToolUseBlock>;

/** OpenAI: an item of a reply's output, of the tools `computer` and `computer_use_preview`. */
export const ComputerCall = z.looseObject({
  type: z.literal('computer_call'),
  call_id: z.string().min(1).max(256),
  action: z.record(z.string(), z.unknown()).optional(),
  actions: z.array(z.record(z.string(), z.unknown())).max(64).nullish(),
  pending_safety_checks: z
    .array(z.looseObject({ id: z.string(), code: z.string().nullish(), message: z.string().nullish() }))
    .max(64)
    .nullish(),
});
export type ComputerCall = z.infer<typeof ComputerCall>;

const Other = z.looseObject({ type: z.string().max(256) });
const Item = z.union([ToolUseBlock, ComputerCall, Other]);

export const ComputerUse = z
  .union([z.array(Item).max(256), Item])
  .describe(
    'One tool call, or all of a reply: its `content` (Anthropic) or its `output` (OpenAI). What is no tool call is passed over',
  )
  .meta({ id: 'ComputerUse' });
export type ComputerUse = z.infer<typeof ComputerUse>;

const Picture = z.object({
  type: z.literal('image'),
  source: z.object({ type: z.literal('base64'), media_type: z.literal('image/png'), data: z.string() }),
});
const Words = z.object({ type: z.literal('text'), text: z.string() });

export const ComputerUseResult = z
  .union([
    z.object({
      type: z.literal('tool_result'),
      tool_use_id: z.string(),
      toolset_name: z.string().optional(),
      content: z.array(z.union([Words, Picture])),
      is_error: z.boolean().optional(),
    }),
    z.object({
      type: z.literal('computer_call_output'),
      call_id: z.string(),
      output: z.object({ type: z.literal('computer_screenshot'), image_url: z.string() }),
      status: z.enum(['completed', 'incomplete']),
      acknowledged_safety_checks: z
        .array(z.object({ id: z.string(), code: z.string().nullish(), message: z.string().nullish() }))
        .optional(),
    }),
    z
      .object({
        type: z.literal('message'),
        role: z.literal('developer'),
        content: z.array(z.object({ type: z.literal('input_text'), text: z.string() })),
      })
      .describe('OpenAI: why a call is incomplete, for which its output has no place'),
  ])
  .meta({ id: 'ComputerUseResult' });
export type ComputerUseResult = z.infer<typeof ComputerUseResult>;
