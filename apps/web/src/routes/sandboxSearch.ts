import { RunId } from '@sandglass/protocol';
import { z } from 'zod';

/** What an address of one sandbox may point at. What cannot be read of it is left out, field by field. */
export const SandboxSearch = z.object({
  /** Pane to show first, such as `activity`. */
  pane: z.string().max(40).optional().catch(undefined),
  /** File to open, `path` or `path:line`, and the line in it. */
  file: z.string().max(4_110).optional().catch(undefined),
  line: z.number().int().positive().optional().catch(undefined),
  terminal: z.string().max(60).optional().catch(undefined),
  checkpoint: z.string().max(60).optional().catch(undefined),
  /** Event of the log, or call by its id, to show in the activity. */
  event: z.number().int().positive().optional().catch(undefined),
  call: z.string().max(60).optional().catch(undefined),
  /** The moment to show, microseconds of the sandbox's clock. */
  t: z.number().int().nonnegative().optional().catch(undefined),
  /** The run that is reviewed: its stretch is shown, from its start. */
  run: RunId.optional().catch(undefined),
  /** A stretch of the timeline, microseconds of the sandbox's clock. */
  from: z.number().int().nonnegative().optional().catch(undefined),
  to: z.number().int().positive().optional().catch(undefined),
});
export type SandboxSearch = z.infer<typeof SandboxSearch>;
