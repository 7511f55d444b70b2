/** A range of the timeline in the console's address: `?from=…&to=…`, microseconds of the sandbox's clock. */
import type { Range } from './timelineModel.ts';

export function rangeLink(location: Pick<Location, 'origin' | 'pathname'>, { fromUs, toUs }: Range): string {
  return `${location.origin}${location.pathname}?from=${Math.round(fromUs)}&to=${Math.round(toUs)}`;
}
