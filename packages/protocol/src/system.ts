import { z } from 'zod';
import { Capabilities, ImageName, Limits } from './sandbox.ts';

export const Probe = z
  .object({ name: z.string(), ok: z.boolean(), detail: z.string(), fix: z.string().optional() })
  .meta({ id: 'Probe' });
export type Probe = z.infer<typeof Probe>;

/** What this server is and can do: levels, probes and images of its driver, its limits and version. */
export const System = z
  .object({
    version: z.string(),
    driver: z.string(),
    level: z.string(),
    levelReason: z.string().describe('why not the next better level, and how to get it'),
    capabilities: Capabilities,
    probes: z.array(Probe),
    images: z.array(
      z.object({
        name: ImageName,
        ready: z.boolean(),
        sizeBytes: z.number().nullable(),
        defaults: Limits,
        screen: z.enum(['rfb', 'cdp', 'none']),
      }),
    ),
    host: z.object({ cpus: z.number(), memoryMb: z.number(), diskFreeMb: z.number() }),
    privilege: z.object({ serverUid: z.number().int(), separated: z.boolean(), detail: z.string() }),
    recordings: z
      .object({
        heldBytes: z.number().describe('what they take up on the disk'),
        freeBytes: z.number().describe('on the disk that holds them'),
        floorBytes: z.number().describe('below this much free space nothing but events is recorded'),
        keep: z.object({
          days: z.number().nullable(),
          totalBytes: z.number().nullable(),
          sandboxBytes: z.number().nullable(),
        }),
      })
      .optional()
      .describe('how much of the recordings is kept; null: without a limit'),
    startedAtMs: z.number(),
  })
  .meta({ id: 'System' });
export type System = z.infer<typeof System>;
export const Health = z.object({ status: z.enum(['ok', 'starting', 'stopping']) }).meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;
