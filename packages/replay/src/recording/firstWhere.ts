/** The first index in a list where `isPast` holds; the list's length when nowhere. `isPast` never goes back to false. */
export function firstWhere<T>(list: readonly T[], isPast: (each: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isPast(list[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
