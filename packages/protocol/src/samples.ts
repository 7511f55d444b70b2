/** What is sampled of a running machine, as the tracks `stats` and `processes` keep it. A bundle comes from strangers: parsed where it is read. */
import { z } from 'zod';
import { ProcessInfo } from './machine.ts';

/** Of one core since the sample before; null for what is new. */
export const SampledProcess = ProcessInfo.extend({ share: z.number().nonnegative().nullable() });
export type SampledProcess = z.infer<typeof SampledProcess>;

/** The processes at a moment: those that did most, and how many there were. Kept only when something differs. */
export const ProcessSample = z.object({
  atMs: z.number(),
  count: z.number().int().nonnegative(),
  items: z.array(SampledProcess).max(256),
});
export type ProcessSample = z.infer<typeof ProcessSample>;

/** Order on disk, for ever; new numbers go to the end. */
export const StatsRow = z.tuple([
  z.number().describe('atMs'),
  z.number().describe('cpuUsec'),
  z.number().describe('cpus'),
  z.number().describe('memoryBytes'),
  z.number().nullable().describe('memoryLimitBytes'),
  z.number().describe('diskBytes'),
  z.number().nullable().describe('diskLimitBytes'),
  z.number().describe('pids'),
  z.number().describe('receivedBytes'),
  z.number().describe('sentBytes'),
]);
export type StatsRow = z.infer<typeof StatsRow>;
