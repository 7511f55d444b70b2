/** What was sampled of a machine: how it is written in its tracks, and what was so at a moment. */
import { ProcessSample, type Stats, StatsRow } from '@sandglass/protocol';
import { firstWhere } from './firstWhere.ts';
import { type TrackFrame, trackFrame } from './frames.ts';
import type { Recording } from './recording.ts';

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** Undefined for what cannot be read. */
function decode(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
}

export function encodeStats(stats: Stats): Uint8Array {
  const { atMs, cpuUsec, cpus, memoryBytes, memoryLimitBytes, diskBytes, diskLimitBytes, pids, network } = stats;
  const row: StatsRow = [
    atMs,
    cpuUsec,
    cpus,
    memoryBytes,
    memoryLimitBytes,
    diskBytes,
    diskLimitBytes,
    pids,
    network.receivedBytes,
    network.sentBytes,
  ];
  return encode(row);
}

export function decodeStats(payload: Uint8Array): Stats | undefined {
  const value = decode(payload);
  // Later versions may know more.
  const row = StatsRow.safeParse(Array.isArray(value) ? value.slice(0, 10) : value).data;
  if (row === undefined) return undefined;
  const [atMs, cpuUsec, cpus, memoryBytes, memoryLimitBytes, diskBytes, diskLimitBytes, pids, received, sent] = row;
  const network = { receivedBytes: received, sentBytes: sent };
  return { atMs, cpuUsec, cpus, memoryBytes, memoryLimitBytes, diskBytes, diskLimitBytes, pids, network };
}

export const encodeProcesses = (sample: ProcessSample): Uint8Array => encode(sample);

export const decodeProcesses = (payload: Uint8Array): ProcessSample | undefined =>
  ProcessSample.safeParse(decode(payload)).data;

/** The processes as they were last sampled by then; undefined when they were not yet. */
export async function processesAt(recording: Recording, atUs: number): Promise<ProcessSample | undefined> {
  const frame = await lastFrame(recording, 'processes', atUs);
  return frame?.kind === trackFrame.processes ? decodeProcesses(frame.payload) : undefined;
}

/** What it used up to a moment, oldest first. */
export async function statsBetween(recording: Recording, fromUs: number, toUs: number): Promise<Stats[]> {
  const segments = recording.segments('stats');
  const first = segments[firstWhere(segments, ({ lastUs }) => lastUs >= fromUs)];
  if (first === undefined) return [];
  const frames = await recording.framesBetween('stats', first.firstSeq - 1, toUs);
  return frames.flatMap((frame) => (frame.atUs < fromUs ? [] : (decodeStats(frame.payload) ?? [])));
}

async function lastFrame(recording: Recording, track: 'processes', atUs: number): Promise<TrackFrame | undefined> {
  const segments = recording.segments(track);
  const segment = segments[firstWhere(segments, ({ firstUs }) => firstUs > atUs) - 1];
  if (segment === undefined) return undefined;
  return (await recording.framesBetween(track, segment.firstSeq - 1, atUs)).at(-1);
}
