/** The log as the timeline draws it: columns of numbers instead of events, a million of which fit a page's memory. */
import { z } from 'zod';
import { AtUs, Seq } from './ids.ts';
import { Actor } from './machine.ts';

export const TimelineKind = z
  .enum([
    'asked',
    'ended',
    'files',
    'request',
    'opened',
    'exited',
    'act',
    'window',
    'checkpoint',
    'restored',
    'forked',
    'phase',
    'gap',
    'stopped',
    'resumed',
  ])
  .describe(
    'call asked and ended, files changed, request to the network (or a page that was shown, one that logged an error), terminal opened and exited, what a person did at once (paused, decided, wrote) …',
  )
  .meta({ id: 'TimelineKind' });
export type TimelineKind = z.infer<typeof TimelineKind>;

const Numbers = z.array(z.number().int().nonnegative());

/** Columns of equal length, one entry a row; `sorts` holds what repeats. */
export const TimelineColumns = z
  .object({
    sorts: z.array(
      z.object({
        kind: TimelineKind,
        actor: Actor,
        failed: z.boolean(),
        name: z
          .string()
          .describe(
            'of the call, the phase reached, the verdict of a request, the track of a gap, why recording stopped, the title of the window with the keyboard; may be cut',
          ),
      }),
    ),
    sort: Numbers.describe('index into `sorts`'),
    seq: Numbers.describe('each as the difference from the row before, the first from 0'),
    atUs: Numbers.describe('each as the difference from the row before, the first from 0'),
    durationUs: Numbers.describe('of what has ended with this row; else 0'),
    count: Numbers.describe('changed files; the number of a checkpoint; else 1'),
    key: z.array(z.string()).describe('joins a call with its end, a terminal with its exit; else empty'),
  })
  .meta({ id: 'TimelineColumns' });
export type TimelineColumns = z.infer<typeof TimelineColumns>;

export const TimelinePage = z
  .object({
    columns: TimelineColumns,
    next: Seq.nullable().describe('give as `afterSeq` for the next page; null when there is no more'),
    throughSeq: Seq.describe('events up to here were looked at'),
    beginsUs: AtUs.optional().describe('what was recorded before is not kept any more'),
    nowUs: AtUs.describe("the sandbox's clock when this was sent"),
  })
  .meta({ id: 'TimelinePage' });
export type TimelinePage = z.infer<typeof TimelinePage>;
