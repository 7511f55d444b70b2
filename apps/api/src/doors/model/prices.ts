/** What tokens cost. Prices change and differ by contract, so they are the owner's to give; without one, a cost is not known. */
import { z } from 'zod';
import type { Usage } from './reply.ts';

/** US dollars a million tokens; `cached` defaults to `input`. Keys are models' names; `claude-x*` covers all that begin so. */
export const Prices = z.record(
  z.string().min(1),
  z
    .object({
      input: z.number().nonnegative(),
      output: z.number().nonnegative(),
      cached: z.number().nonnegative().optional(),
    })
    .strict(),
);
export type Prices = z.infer<typeof Prices>;

/** US dollars; null when the model has no price here. The longest fitting name counts. */
export function costOf(prices: Prices, model: string | null, usage: Usage | null): number | null {
  if (model === null || usage === null) return null;
  const price = priceOf(prices, model);
  if (price === undefined) return null;
  const fresh = Math.max(0, usage.input - usage.cached);
  const dollars =
    (fresh * price.input + usage.cached * (price.cached ?? price.input) + usage.output * price.output) / 1e6;
  return Math.round(dollars * 1e6) / 1e6;
}

export function priceOf(prices: Prices, model: string): Prices[string] | undefined {
  const name = Object.keys(prices)
    .filter((each) => (each.endsWith('*') ? model.startsWith(each.slice(0, -1)) : model === each))
    .sort((one, other) => other.length - one.length)[0];
  return name === undefined ? undefined : prices[name];
}
