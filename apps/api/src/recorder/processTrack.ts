/** The track `processes`: what ran, looked at every ten seconds and written only when it differs, so that an idle machine costs nothing. */
import type { ProcessInfo, ProcessSample, SampledProcess, SandboxId } from '@sandglass/protocol';
import { encodeProcesses, trackFrame } from '@sandglass/replay';
import type { SandboxLog } from './log.ts';
import { Sampling, type SamplingOptions } from './sampling.ts';

/** Those that use most; of a fork bomb nobody wants more. */
const MOST_KEPT = 48;
const MOST_ARGUMENTS = 16;
const MOST_ARGUMENT_CHARACTERS = 160;
/** Of one core: below it a program is as good as idle. */
const BUSY_SHARE = 0.05;
const MEMORY_STEP_BYTES = 8 * 1_048_576;

const keyOf = ({ pid, startedAtMs }: ProcessInfo): string => `${pid}:${startedAtMs}`;

interface Look {
  readonly atMs: number;
  readonly processes: readonly ProcessInfo[];
}

/** What is written of a look, given the one before. */
export function sampleOf({ atMs, processes }: Look, before: Look | undefined): ProcessSample {
  const earlier = new Map(before?.processes.map((process) => [keyOf(process), process.cpuUsec]));
  const elapsedUsec = (atMs - (before?.atMs ?? atMs)) * 1_000;
  const items = processes.map((process): SampledProcess => {
    const then = earlier.get(keyOf(process));
    const known = then !== undefined && elapsedUsec > 0;
    const share = known ? Math.round((Math.max(0, process.cpuUsec - then) / elapsedUsec) * 1_000) / 1_000 : null;
    return { ...process, arguments: shortened(process.arguments), share };
  });
  const used = (item: SampledProcess) => item.share ?? 0;
  const most = items.sort((a, b) => used(b) - used(a) || b.memoryBytes - a.memoryBytes).slice(0, MOST_KEPT);
  return { atMs, count: processes.length, items: most.sort((a, b) => a.startedAtMs - b.startedAtMs || a.pid - b.pid) };
}

/** Something ran that had not, ended, began or ceased to work, or took or gave back memory. */
export function differs(now: ProcessSample, before: ProcessSample): boolean {
  if (now.count !== before.count || now.items.length !== before.items.length) return true;
  const earlier = new Map(before.items.map((item) => [keyOf(item), item]));
  return now.items.some((item) => {
    const was = earlier.get(keyOf(item));
    if (was === undefined || (was.state === 'T') !== (item.state === 'T')) return true;
    const busy = (item.share ?? 0) >= BUSY_SHARE;
    return busy || (was.share ?? 0) >= BUSY_SHARE || Math.abs(item.memoryBytes - was.memoryBytes) >= MEMORY_STEP_BYTES;
  });
}

const shortened = (all: readonly string[]): string[] =>
  all.slice(0, MOST_ARGUMENTS).map((one) => one.slice(0, MOST_ARGUMENT_CHARACTERS));

export interface ProcessRecorderOptions extends SamplingOptions {
  readonly processes: (sandbox: SandboxId) => Promise<readonly ProcessInfo[]>;
  readonly log: (sandbox: SandboxId) => SandboxLog;
  readonly now: () => number;
}

export const PROCESSES_EVERY_MS = 10_000;

/** What could not be looked at leaves what was written last, which stays true as far as it goes. */
export class ProcessRecorder extends Sampling<ProcessRecorderOptions> {
  readonly #known = new Map<SandboxId, { look: Look; written: ProcessSample | undefined }>();

  constructor(options: ProcessRecorderOptions) {
    super(options, PROCESSES_EVERY_MS);
  }

  protected override begin(running: ReadonlySet<SandboxId>): void {
    for (const sandbox of this.#known.keys()) if (!running.has(sandbox)) this.#known.delete(sandbox);
  }

  protected override async look(sandbox: SandboxId): Promise<void> {
    const processes = await this.options.processes(sandbox);
    const log = this.options.log(sandbox);
    // Arguments may hold secrets; they go before the rest is cut.
    const look = { atMs: this.options.now(), processes: log.redact(processes) };
    const known = this.#known.get(sandbox);
    const sample = sampleOf(look, known?.look);
    const written = known?.written;
    // Nothing of a private moment is kept: not even which programs ran.
    const tells = log.capture.phase === 'on' && (written === undefined || differs(sample, written));
    if (tells) log.appendFrame('processes', trackFrame.processes, encodeProcesses(sample));
    this.#known.set(sandbox, { look, written: tells ? sample : written });
  }
}
