/** A reply that a person gives in the model's stead, in the provider's own shape, whole or as the stream that was asked for. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ModelReply, ToolUse } from './reply.ts';

/** What a person writes: a text, tool uses, or both. */
export const Answered = z
  .object({
    text: z.string().max(200_000).default(''),
    toolUses: z
      .array(z.object({ name: z.string().min(1).max(200), input: z.record(z.string(), z.unknown()) }).strict())
      .max(50)
      .default([]),
  })
  .strict()
  .refine(({ text, toolUses }) => text !== '' || toolUses.length > 0, 'a reply says something or uses a tool');

export interface Written {
  readonly contentType: string;
  readonly body: string;
  readonly reply: ModelReply;
}

type Shape = 'messages' | 'chat' | 'responses';

export const shapeOf = (path: string): Shape | null =>
  path === '/v1/messages'
    ? 'messages'
    : path === '/v1/chat/completions'
      ? 'chat'
      : path === '/v1/responses'
        ? 'responses'
        : null;

export function writeAnswer(
  shape: Shape,
  answered: z.output<typeof Answered>,
  { model, stream }: { model: string; stream: boolean },
): Written {
  const toolUses = answered.toolUses.map(({ name, input }) => ({ id: `toolu_${hex()}`, name, input }));
  const said: Said = { id: hex(), model, text: answered.text, toolUses };
  const events = stream ? writers[shape].events(said) : null;
  return {
    contentType: stream ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8',
    body: events ?? JSON.stringify(writers[shape].whole(said)),
    reply: {
      id: null,
      model,
      text: answered.text,
      thinking: '',
      toolUses,
      usage: { input: 0, output: 0, cached: 0 },
      stopReason: toolUses.length > 0 ? 'tool_use' : 'end_turn',
      error: null,
      complete: true,
    },
  };
}

interface Said {
  readonly id: string;
  readonly model: string;
  readonly text: string;
  readonly toolUses: readonly ToolUse[];
}

interface Writer {
  whole(said: Said): object;
  events(said: Said): string;
}

const hex = (): string => randomUUID().replaceAll('-', '').slice(0, 24);
const sse = (events: readonly { readonly type: string }[]): string =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');

const usage = { input_tokens: 0, output_tokens: 0 };

const messages: Writer = {
  whole: ({ id, model, text, toolUses }) => ({
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [
      ...(text === '' ? [] : [{ type: 'text', text }]),
      ...toolUses.map((tool) => ({ type: 'tool_use', ...tool })),
    ],
    stop_reason: toolUses.length > 0 ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage,
  }),
  events: (said) => {
    const { content, stop_reason, ...message } = messages.whole(said) as {
      content: { type: string; text?: string; input?: unknown }[];
      stop_reason: string;
    };
    const blocks = content.flatMap((block, index) => {
      const empty = block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} };
      const delta =
        block.type === 'text'
          ? { type: 'text_delta', text: block.text }
          : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) };
      return [
        { type: 'content_block_start', index, content_block: empty },
        { type: 'content_block_delta', index, delta },
        { type: 'content_block_stop', index },
      ];
    });
    return sse([
      { type: 'message_start', message: { ...message, content: [], stop_reason: null } } as { type: string },
      ...blocks,
      { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage } as { type: string },
      { type: 'message_stop' },
    ]);
  },
};

const chat: Writer = {
  whole: ({ id, model, text, toolUses }) => ({
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created: 0,
    model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text === '' ? null : text,
          refusal: null,
          ...(toolUses.length === 0 ? {} : { tool_calls: toolUses.map(chatTool) }),
        },
        logprobs: null,
        finish_reason: toolUses.length > 0 ? 'tool_calls' : 'stop',
      },
    ],
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
  }),
  events: ({ id, model, text, toolUses }) => {
    const chunk = (delta: object, finish: string | null) =>
      `data: ${JSON.stringify({
        id: `chatcmpl-${id}`,
        object: 'chat.completion.chunk',
        created: 0,
        model,
        choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      })}\n\n`;
    const tools = toolUses.map((tool, index) => ({ index, ...chatTool(tool) }));
    return [
      chunk({ role: 'assistant', content: text === '' ? null : text }, null),
      ...(tools.length === 0 ? [] : [chunk({ tool_calls: tools }, null)]),
      chunk({}, tools.length > 0 ? 'tool_calls' : 'stop'),
      'data: [DONE]\n\n',
    ].join('');
  },
};

const chatTool = ({ id, name, input }: ToolUse) => ({
  id,
  type: 'function',
  function: { name, arguments: JSON.stringify(input) },
});

const responses: Writer = {
  whole: ({ id, model, text, toolUses }) => ({
    id: `resp_${id}`,
    object: 'response',
    created_at: 0,
    model,
    status: 'completed',
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    parallel_tool_calls: true,
    temperature: null,
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    output: [
      ...(text === ''
        ? []
        : [
            {
              type: 'message',
              id: `msg_${id}`,
              role: 'assistant',
              status: 'completed',
              content: [{ type: 'output_text', text, annotations: [] }],
            },
          ]),
      ...toolUses.map((tool) => ({
        type: 'function_call',
        id: `fc_${tool.id}`,
        call_id: tool.id,
        name: tool.name,
        arguments: JSON.stringify(tool.input),
        status: 'completed',
      })),
    ],
    usage: {
      ...usage,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 0,
    },
  }),
  events: (said) => {
    const response = responses.whole(said) as { output: { type: string; id: string }[] };
    const items = response.output.flatMap((item, index) => [
      { type: 'response.output_item.added', output_index: index, item },
      ...(item.type === 'message'
        ? [
            {
              type: 'response.output_text.delta',
              output_index: index,
              content_index: 0,
              item_id: item.id,
              delta: said.text,
            },
          ]
        : []),
      { type: 'response.output_item.done', output_index: index, item },
    ]);
    const events = [
      { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
      ...items,
      { type: 'response.completed', response },
    ];
    return sse(events.map((event, at) => ({ ...event, sequence_number: at })));
  },
};

const writers: Readonly<Record<Shape, Writer>> = { messages, chat, responses };
