/** What of the runs is looked at: by the address, and as a question to the server. Pure. */
import { RunId, RunOutcome, RunSort } from '@sandglass/protocol';
import { z } from 'zod';
import type { RunQuestion } from '../../platform/runs.ts';

export const shows = ['all', 'review', 'mine', 'failed', 'pass', 'fail', 'unsure'] as const;
export type Show = (typeof shows)[number];

/** What cannot be read of an address is left out, field by field. */
export const RunsLook = z.object({
  show: z.enum(shows).optional().catch(undefined),
  find: z.string().max(256).optional().catch(undefined),
  agent: z.string().max(80).optional().catch(undefined),
  label: z.string().max(320).optional().catch(undefined),
  outcome: RunOutcome.or(z.literal('running')).optional().catch(undefined),
  sort: RunSort.optional().catch(undefined),
  run: RunId.optional().catch(undefined),
});
export type RunsLook = z.infer<typeof RunsLook>;

export function questionOf({ show = 'all', find, agent, label, outcome, sort }: RunsLook, me: string): RunQuestion {
  return {
    ...(sort === undefined ? {} : { sort }),
    ...(find === undefined || find.trim() === '' ? {} : { q: find.trim() }),
    ...(agent === undefined ? {} : { agent }),
    ...(label === undefined ? {} : { label }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(show === 'review' ? { verdict: 'none' as const } : {}),
    ...(show === 'pass' || show === 'fail' || show === 'unsure' ? { verdict: show } : {}),
    ...(show === 'mine' ? { judgedBy: me } : {}),
    ...(show === 'failed' ? { outcome: 'failed' as const } : {}),
  };
}

/** An address says only what is not as usual. */
export function usualLeftOut(look: RunsLook): RunsLook {
  const { show, find, sort, ...rest } = look;
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    ...(show === undefined || show === 'all' ? {} : { show }),
    ...(find === undefined || find === '' ? {} : { find }),
    ...(sort === undefined || sort === 'newest' ? {} : { sort }),
  };
}

export const isNarrowed = ({ show = 'all', find = '', agent, label, outcome }: RunsLook): boolean =>
  show !== 'all' || find !== '' || agent !== undefined || label !== undefined || outcome !== undefined;
