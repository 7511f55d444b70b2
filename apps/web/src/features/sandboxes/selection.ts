/** Which cards are chosen. Pure; `order` is what is on the wall, as it is shown. */
export interface Selection<T> {
  readonly chosen: ReadonlySet<T>;
  /** Where a range starts. */
  readonly anchor: T | undefined;
}

export const nothingChosen: Selection<never> = { chosen: new Set<never>(), anchor: undefined };

export function toggle<T>(selection: Selection<T>, one: T): Selection<T> {
  const chosen = new Set(selection.chosen);
  if (!chosen.delete(one)) chosen.add(one);
  return { chosen, anchor: one };
}

/** Everything between the anchor and `to`, added to what is chosen. Without an anchor `to` alone. */
export function extend<T>(selection: Selection<T>, to: T, order: readonly T[]): Selection<T> {
  const { anchor } = selection;
  const [from, end] = [anchor === undefined ? -1 : order.indexOf(anchor), order.indexOf(to)];
  if (from < 0 || end < 0) return toggle({ ...selection, chosen: without(selection.chosen, to) }, to);
  const range = order.slice(Math.min(from, end), Math.max(from, end) + 1);
  return { chosen: new Set([...selection.chosen, ...range]), anchor };
}

export const chooseAll = <T>(order: readonly T[]): Selection<T> => ({ chosen: new Set(order), anchor: order[0] });

/** What is no longer on the wall is no longer chosen: nothing is done to what nobody sees. */
export function keepShown<T>(selection: Selection<T>, order: readonly T[]): Selection<T> {
  const chosen = new Set([...selection.chosen].filter((one) => order.includes(one)));
  if (chosen.size === selection.chosen.size) return selection;
  const { anchor } = selection;
  return { chosen, anchor: anchor !== undefined && order.includes(anchor) ? anchor : undefined };
}

function without<T>(set: ReadonlySet<T>, one: T): Set<T> {
  const out = new Set(set);
  out.delete(one);
  return out;
}

/** Where an arrow leads from `at` in a grid of so many columns. */
export function placeAfter(key: string, at: number, count: number, columns: number): number | undefined {
  const to: Record<string, number> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - columns,
    // Into a shorter last row too.
    ArrowDown: at + columns < count ? at + columns : at < Math.floor((count - 1) / columns) * columns ? count - 1 : at,
    Home: 0,
    End: count - 1,
  };
  const place = to[key];
  return place === undefined || place < 0 || place >= count ? undefined : place;
}
