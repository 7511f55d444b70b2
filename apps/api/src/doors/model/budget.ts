/** What a reply counts against the budget of a run, and the budget that an agent's own settings ask for. */
import { AppError, RunBudget } from '@sandglass/protocol';
import type { Spending } from '../../reviews/budgets.ts';
import { withoutPictures } from './conversation.ts';
import { costOf, type Prices, priceOf } from './prices.ts';
import type { ModelReply, Usage } from './reply.ts';

/** So that an agent can be given a budget by the headers of its model's client alone: `usd=1.50, tokens=200000, minutes=30`. */
export const BUDGET_HEADER = 'x-sandglass-budget';

/** @throws AppError badRequest */
export function readBudget(header: string | string[] | undefined): RunBudget | null {
  if (header === undefined) return null;
  const parts = String(header)
    .split(',')
    .map((part) => /^\s*(\w+)\s*=\s*([\d.]+)\s*$/.exec(part));
  const given = Object.fromEntries(parts.map((part) => [part?.[1], Number(part?.[2])]));
  const budget = RunBudget.safeParse(given);
  if (parts.includes(null) || !budget.success)
    throw new AppError(
      'badRequest',
      `${BUDGET_HEADER} is read as in: usd=1.50, tokens=200000, minutes=30. Each may be left out.`,
    );
  return budget.data;
}

/** @throws AppError unprocessable when dollars are to be counted and cannot be. */
export function checkPrice(prices: Prices, model: string | null): void {
  if (model !== null && priceOf(prices, model) !== undefined) return;
  throw new AppError(
    'unprocessable',
    `This run has a budget in dollars, and the server knows no price of ${model ?? 'this model'}. Add one (SANDGLASS_MODEL_PRICES), or give the budget in tokens.`,
  );
}

/** Written text has about so many characters a token; used where a provider does not say, as it does not of streams that are cut. */
const CHARACTERS_A_TOKEN = 4;

/** Null: the model said nothing, so that nothing is to be paid. */
export function spendingOf(reply: ModelReply | null, request: unknown, prices: Prices): Spending | null {
  const usage = reply === null ? null : usageOf(reply, request);
  if (reply === null || usage === null) return null;
  return { usd: costOf(prices, reply.model, usage), tokens: usage.input + usage.output };
}

function usageOf({ usage, text, thinking, toolUses, complete }: ModelReply, request: unknown): Usage | null {
  if (usage !== null && complete) return usage;
  const said = text + thinking + toolUses.map(({ input }) => JSON.stringify(input)).join('');
  if (usage === null && said === '') return null;
  const output = Math.max(usage?.output ?? 0, tokensOf(said));
  const input = usage?.input ?? tokensOf(JSON.stringify(withoutPictures(request)) ?? '');
  return { input, output, cached: usage?.cached ?? 0 };
}

const tokensOf = (text: string): number => Math.ceil(text.length / CHARACTERS_A_TOKEN);
