import { formatBytes } from '../../platform/format.ts';
import type { Chart } from './charts.ts';

/** A value as its chart says it: `12%`, `418 MB`, `4.2 KB/s`. */
export function formatValue(unit: Chart['unit'], value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (unit === 'percent') return `${(value * 100).toFixed(value < 0.1 ? 1 : 0)}%`;
  return unit === 'rate' ? `${formatBytes(value)}/s` : formatBytes(value);
}
