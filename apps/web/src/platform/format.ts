/** Numbers as a person reads them. */
const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `0 B`, `4.2 MB`, `418 MB`: three figures at most, powers of 1024. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1).replace(/\.0$/, '')} ${units[unit]}`;
}

/** `18ms`, `6.4s`, `3m 20s`, `2h 5m`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1_000) return `${Math.max(0, Math.round(durationMs))}ms`;
  if (durationMs < 60_000) return `${(durationMs / 1_000).toFixed(1)}s`;
  const minutes = Math.floor(durationMs / 60_000);
  if (minutes < 60) return `${minutes}m ${Math.floor((durationMs % 60_000) / 1_000)}s`;
  return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `14:31`, in the person's own zone. */
export function formatClock(wallMs: number): string {
  const at = new Date(wallMs);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `14:31:07`. */
export const formatClockSeconds = (wallMs: number): string =>
  `${formatClock(wallMs)}:${two(new Date(wallMs).getSeconds())}`;
