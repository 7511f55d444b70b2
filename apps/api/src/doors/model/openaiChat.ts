/** Replies of OpenAI's Chat Completions (POST /v1/chat/completions), streamed and whole; many other upstreams speak it too. */
import { count, fields, items, type ModelReply, parsed, ReplyParts, type ReplyReader, text } from './reply.ts';

export function readChat(): ReplyReader {
  const parts = new ReplyParts();

  const common = (body: Readonly<Record<string, unknown>>): void => {
    parts.model = text(body['model']) ?? parts.model;
    const usage = fields(body['usage']);
    if (count(usage['prompt_tokens']) !== undefined)
      parts.setUsage(
        usage['prompt_tokens'],
        usage['completion_tokens'],
        fields(usage['prompt_tokens_details'])['cached_tokens'],
      );
    const error = text(fields(body['error'])['message']);
    if (error !== null) parts.error = error;
  };
  /** A message, or the part of one: both have the same fields. Only the first choice is what the agent goes on with. */
  const choice = (value: unknown): void => {
    const { delta, message, finish_reason: finish, index } = fields(value);
    if ((count(index) ?? 0) !== 0) return;
    const said = fields(delta ?? message);
    parts.addText(said['content'] ?? said['refusal']);
    // Not OpenAI's own, but what servers of open models send their thoughts in.
    parts.addThinking(said['reasoning_content'] ?? said['reasoning']);
    for (const [at, each] of items(said['tool_calls']).entries()) {
      const { id, index: place, function: named } = fields(each);
      const key = count(place) ?? at;
      const { name, arguments: given } = fields(named);
      parts.openTool(key, id, name);
      parts.addToolInput(key, given);
    }
    if (text(finish) !== null) {
      parts.stopReason = text(finish);
      parts.complete = true;
    }
  };

  return {
    event: (_name, data) => {
      if (data.trim() === '[DONE]') {
        parts.complete = true;
        return;
      }
      const body = fields(parsed(data));
      common(body);
      for (const each of items(body['choices'])) choice(each);
    },
    whole: (value) => {
      const body = fields(value);
      common(body);
      for (const each of items(body['choices'])) choice(each);
      parts.complete = true;
    },
    reply: (): ModelReply => parts.reply(),
  };
}
