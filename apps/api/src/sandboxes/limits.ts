import { AppError, type Limits } from '@sandglass/protocol';
import type { DriverReport } from './driver.ts';

/**
 * Limits of a new sandbox: what was asked for, else the image's defaults cut to what the host has.
 * @throws AppError `limitExceeded` when more was asked for than the host has.
 */
export function chooseLimits(
  asked: { readonly [K in keyof Limits]?: Limits[K] | undefined },
  defaults: Limits,
  host: DriverReport['host'],
): Limits {
  const most: Limits = {
    cpus: host.cpus,
    memoryMb: Math.floor(host.memoryMb),
    diskMb: Math.floor(host.diskFreeMb),
    pids: host.pids,
  };
  const units: Record<keyof Limits, string> = {
    cpus: 'cpus',
    memoryMb: 'MB of memory',
    diskMb: 'MB of free disk',
    pids: 'processes at most',
  };
  const chosen = { ...defaults };
  for (const key of ['cpus', 'memoryMb', 'diskMb', 'pids'] as const) {
    const value = asked[key];
    if (value === undefined) chosen[key] = Math.min(defaults[key], Math.max(most[key], least[key]));
    else if (value > most[key])
      throw new AppError(
        'limitExceeded',
        `This host has ${most[key]} ${units[key]}; ${value} were asked for. Ask for less.`,
        {
          details: { limit: key, asked: value, most: most[key] },
        },
      );
    else chosen[key] = value;
  }
  return chosen;
}

const least: Limits = { cpus: 0.05, memoryMb: 64, diskMb: 64, pids: 16 };
