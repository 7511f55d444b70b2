/** How a model's request and reply stand in the log. */
import { AppError } from '@sandglass/protocol';
import type { Turn } from './conversation.ts';
import type { Passed } from './passage.ts';
import { costOf, type Prices } from './prices.ts';
import { type Fields, fields, items, text } from './reply.ts';

/** Name of the call: `model.reply` for what a reader understands, `model.request` for everything else. */
export const callName = (isReply: boolean): string => (isReply ? 'model.reply' : 'model.request');

export function requestFacts(provider: string, path: string, body: unknown, turn: Turn | null): Fields {
  const request = fields(body);
  const tools = items(request['tools']).map(
    (tool) => text(fields(tool)['name']) ?? text(fields(fields(tool)['function'])['name']) ?? fields(tool)['type'],
  );
  return {
    provider,
    path,
    ...(text(request['model']) === null ? {} : { model: request['model'] }),
    ...(turn === null
      ? {}
      : {
          messages: turn.total,
          ...(turn.from === 0 ? {} : { since: turn.from }),
          ...(turn.system === undefined ? {} : { system: turn.system }),
          added: turn.added,
        }),
    ...(tools.length === 0 ? {} : { tools }),
    ...(request['stream'] === true ? { stream: true } : {}),
  };
}

export function summaryOf(facts: Fields): string {
  const { model, path, messages } = facts;
  if (typeof model !== 'string') return String(path);
  return typeof messages === 'number' ? `${model} · ${messages} ${messages === 1 ? 'message' : 'messages'}` : model;
}

export function replyFacts({ status, answer, firstByteMs, bytes }: Passed, prices: Prices): Record<string, unknown> {
  const common = { status, firstByteMs: Math.round(firstByteMs * 10) / 10 };
  if (answer === null) return { ...common, bytes };
  const cost = costOf(prices, answer.model, answer.usage);
  return {
    ...common,
    ...(answer.model === null ? {} : { model: answer.model }),
    ...(answer.text === '' ? {} : { text: answer.text }),
    ...(answer.thinking === '' ? {} : { thinking: answer.thinking }),
    ...(answer.toolUses.length === 0 ? {} : { toolUses: answer.toolUses }),
    ...(answer.usage === null ? {} : { tokens: answer.usage }),
    ...(cost === null ? {} : { costUsd: cost }),
    ...(answer.stopReason === null ? {} : { stopReason: answer.stopReason }),
    ...(answer.error === null ? {} : { error: answer.error }),
    ...(answer.complete ? {} : { cut: true }),
  };
}

/** `2 tool uses · 1,204 + 88 tokens`, or the first words of its text. */
export function replySummary({ status, answer }: Passed): string {
  if (answer === null) return `HTTP ${status}`;
  const tools = answer.toolUses.map((tool) => tool.name).join(', ');
  const said = tools === '' ? answer.text.slice(0, 80) : tools;
  const { usage } = answer;
  const tokens = usage === null ? '' : `${usage.input} + ${usage.output} tokens`;
  return [said, tokens].filter((part) => part !== '').join(' · ') || (answer.complete ? 'nothing said' : 'cut off');
}

/** What the call of a refused request ends with; the refusal itself has gone back to the agent as it came. */
export function refusalOf({ status }: Passed): AppError | null {
  if (status < 400) return null;
  if (status === 429) return new AppError('rateLimited', 'The model’s server answered 429: too many requests.');
  return new AppError(status < 500 ? 'unprocessable' : 'unavailable', `The model’s server answered ${status}.`);
}
