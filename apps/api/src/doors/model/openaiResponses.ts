/** Replies of OpenAI's Responses API (POST /v1/responses), streamed and whole. */
import { count, fields, items, type ModelReply, parsed, ReplyParts, type ReplyReader, text } from './reply.ts';

export function readResponses(): ReplyReader {
  let parts = new ReplyParts();

  const output = (item: unknown, key: number): void => {
    const { type, content, summary, name, call_id: callId, id, arguments: given, input, action } = fields(item);
    if (type === 'message')
      for (const part of items(content)) parts.addText(fields(part)['text'] ?? fields(part)['refusal']);
    else if (type === 'reasoning')
      for (const part of [...items(summary), ...items(content)]) parts.addThinking(fields(part)['text']);
    else if (type === 'function_call' || type === 'custom_tool_call' || type === 'computer_call') {
      parts.openTool(key, callId ?? id, name ?? 'computer', action ?? undefined);
      parts.setToolInput(key, given ?? input);
    }
  };
  /** The last event holds the whole response: it replaces what was gathered on the way. */
  const response = (value: unknown, isLast: boolean): void => {
    const body = fields(value);
    if (isLast) parts = new ReplyParts();
    parts.id = text(body['id']) ?? parts.id;
    parts.model = text(body['model']) ?? parts.model;
    const usage = fields(body['usage']);
    if (count(usage['input_tokens']) !== undefined)
      parts.setUsage(
        usage['input_tokens'],
        usage['output_tokens'],
        fields(usage['input_tokens_details'])['cached_tokens'],
      );
    parts.stopReason = text(fields(body['incomplete_details'])['reason']) ?? text(body['status']) ?? parts.stopReason;
    parts.error = text(fields(body['error'])['message']) ?? parts.error;
    if (!isLast) return;
    for (const [at, item] of items(body['output']).entries()) output(item, at);
    parts.complete = true;
  };

  return {
    event: (_name, data) => {
      const event = fields(parsed(data));
      const key = count(event['output_index']) ?? 0;
      switch (event['type']) {
        case 'response.created':
          response(event['response'], false);
          break;
        case 'response.output_text.delta':
        case 'response.refusal.delta':
          parts.addText(event['delta']);
          break;
        case 'response.reasoning_summary_text.delta':
        case 'response.reasoning_text.delta':
          parts.addThinking(event['delta']);
          break;
        case 'response.output_item.added': {
          const item = fields(event['item']);
          if (item['type'] !== 'message' && item['type'] !== 'reasoning') output(item, key);
          break;
        }
        case 'response.function_call_arguments.delta':
        case 'response.custom_tool_call_input.delta':
          parts.addToolInput(key, event['delta']);
          break;
        case 'response.completed':
        case 'response.incomplete':
        case 'response.failed':
          response(event['response'], true);
          break;
        case 'error':
          parts.error = text(event['message']) ?? 'the model’s stream ended with an error';
          break;
      }
    },
    whole: (body) => response(body, true),
    reply: (): ModelReply => parts.reply(),
  };
}
