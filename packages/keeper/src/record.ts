/** What the keeper remembers of a sandbox on disk, so that the next keeper can take it over. */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ImageName } from './verbs.ts';

export interface SandboxRecord {
  readonly id: string;
  readonly image: ImageName | null;
  readonly startedAtMs: number;
  /** Null until it runs: found so at start-up, the creation was cut short. */
  readonly process: { readonly pid: number; readonly startTime: string; readonly bootId: string } | null;
  /** Which copy of the guest it runs with. */
  readonly guest: string;
}

export const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** Clock ticks since boot at which the process began: with the pid it names one process for ever. Null: no such process. */
export function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

export function writeRecord(runDir: string, record: SandboxRecord): void {
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  writeFileSync(`${runDir}/state.json.new`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${runDir}/state.json.new`, `${runDir}/state.json`);
}

/** Every record in the run folder; an unreadable one comes as its id alone. */
export function readRecords(runRoot: string): { readonly id: string; readonly record: SandboxRecord | null }[] {
  return readdirSync(runRoot)
    .filter((name) => /^sbx_[a-z2-7]+$/.test(name))
    .map((id) => {
      try {
        return { id, record: JSON.parse(readFileSync(`${runRoot}/${id}/state.json`, 'utf8')) as SandboxRecord };
      } catch {
        return { id, record: null };
      }
    });
}
