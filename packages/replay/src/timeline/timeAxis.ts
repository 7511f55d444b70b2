/** Steps of a time axis that a person counts in, and times since the sandbox began in words. Pure. */
const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((milliseconds) => milliseconds * 1_000),
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  DAY,
];

/** The smallest step that leaves `leastPx` between two labels. */
export function axisStep(spanUs: number, widthPx: number, leastPx: number): number {
  const leastUs = (spanUs / Math.max(1, widthPx)) * leastPx;
  return steps.find((step) => step >= leastUs) ?? Math.ceil(leastUs / DAY) * DAY;
}

const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');

/** `00:08:41`, `1d 02:00:00`; with milliseconds on demand: `00:08:41.250`. */
export function formatElapsed(atUs: number, milliseconds = false): string {
  const us = Math.max(0, Math.floor(atUs));
  const days = Math.floor(us / DAY);
  const clock = `${two((us % DAY) / HOUR)}:${two((us % HOUR) / MINUTE)}:${two((us % MINUTE) / SECOND)}`;
  const rest = milliseconds ? `.${String(Math.floor((us % SECOND) / 1_000)).padStart(3, '0')}` : '';
  return `${days > 0 ? `${days}d ` : ''}${clock}${rest}`;
}

/** A label of the axis, as long as its step needs: `8:41`, `1:02:00`, `8:41.25`. */
export function formatTick(atUs: number, stepUs: number): string {
  const hours = Math.floor(atUs / HOUR);
  const minutes = Math.floor((atUs % HOUR) / MINUTE);
  const seconds = two((atUs % MINUTE) / SECOND);
  const digits = stepUs >= SECOND ? 0 : stepUs >= SECOND / 10 ? 1 : stepUs >= SECOND / 100 ? 2 : 3;
  const part =
    digits === 0
      ? ''
      : `.${String(Math.round((atUs % SECOND) / 1_000))
          .padStart(3, '0')
          .slice(0, digits)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${seconds}${part}` : `${minutes}:${seconds}${part}`;
}
