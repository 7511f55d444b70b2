/** Replies of the Anthropic Messages API (POST /v1/messages), streamed and whole. Source: its streaming reference. */
import { count, fields, items, type ModelReply, parsed, ReplyParts, type ReplyReader, text } from './reply.ts';

export function readAnthropic(): ReplyReader {
  const parts = new ReplyParts();

  const message = (value: unknown): void => {
    const { model, stop_reason: stop, usage } = fields(value);
    parts.model = text(model) ?? parts.model;
    parts.stopReason = text(stop) ?? parts.stopReason;
    used(usage);
  };
  /** What was read from and written to the cache is counted apart by this API. */
  const used = (value: unknown): void => {
    const usage = fields(value);
    const fresh = count(usage['input_tokens']);
    const read = count(usage['cache_read_input_tokens']) ?? 0;
    const written = count(usage['cache_creation_input_tokens']) ?? 0;
    const input = fresh === undefined ? undefined : fresh + read + written;
    if (input !== undefined || count(usage['output_tokens']) !== undefined)
      parts.setUsage(input, usage['output_tokens'], fresh === undefined ? undefined : read);
  };
  const block = (key: number, value: unknown): void => {
    const { type, text: said, thinking, id, name, input } = fields(value);
    if (type === 'text') parts.addText(said);
    else if (type === 'thinking') parts.addThinking(thinking);
    else if (type === 'tool_use' || type === 'server_tool_use') parts.openTool(key, id, name, input);
  };

  return {
    event: (_name, data) => {
      const event = fields(parsed(data));
      const key = count(event['index']) ?? 0;
      switch (event['type']) {
        case 'message_start':
          message(event['message']);
          break;
        case 'content_block_start':
          block(key, event['content_block']);
          break;
        case 'content_block_delta': {
          const delta = fields(event['delta']);
          if (delta['type'] === 'text_delta') parts.addText(delta['text']);
          else if (delta['type'] === 'thinking_delta') parts.addThinking(delta['thinking']);
          else if (delta['type'] === 'input_json_delta') parts.addToolInput(key, delta['partial_json']);
          break;
        }
        case 'message_delta':
          parts.stopReason = text(fields(event['delta'])['stop_reason']) ?? parts.stopReason;
          used(event['usage']);
          break;
        case 'message_stop':
          parts.complete = true;
          break;
        case 'error':
          parts.error = text(fields(event['error'])['message']) ?? 'the model’s stream ended with an error';
          break;
      }
    },
    whole: (body) => {
      message(body);
      for (const [at, value] of items(fields(body)['content']).entries()) block(at, value);
      parts.error = text(fields(fields(body)['error'])['message']);
      parts.complete = true;
    },
    reply: (): ModelReply => parts.reply(),
  };
}
