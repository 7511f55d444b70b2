/** Processes as a person looks for them: a tree, shares of the cores, filtered with the way up to what was found. Pure. */
import type { ProcessInfo } from '@sandglass/protocol';

export type ProcessSort = 'cpu' | 'memory' | 'started';

/** The same process at another time: numbers are given out again. */
export const keyOf = (process: Pick<ProcessInfo, 'pid' | 'startedAtMs'>): string =>
  `${process.pid}:${process.startedAtMs}`;

export interface ProcessSample {
  readonly atMs: number;
  readonly processes: readonly ProcessInfo[];
}

/** Share of one core that each used between two samples, 0…; those that are new since have none. */
export function sharesOf(now: ProcessSample, before: ProcessSample | undefined): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  const elapsedUsec = before === undefined ? 0 : (now.atMs - before.atMs) * 1_000;
  if (before === undefined || elapsedUsec <= 0) return shares;
  const earlier = new Map(before.processes.map((process) => [keyOf(process), process.cpuUsec]));
  for (const process of now.processes) {
    const then = earlier.get(keyOf(process));
    if (then !== undefined) shares.set(keyOf(process), Math.max(0, process.cpuUsec - then) / elapsedUsec);
  }
  return shares;
}

export interface ProcessRow {
  readonly process: ProcessInfo;
  readonly key: string;
  readonly depth: number;
  readonly children: number;
  readonly open: boolean;
  /** Of one core; null before the second sample. */
  readonly share: number | null;
}

export interface TreeOptions {
  readonly shares: ReadonlyMap<string, number>;
  readonly sort: ProcessSort;
  readonly filter: string;
  /** Keys whose children are hidden. */
  readonly closed: ReadonlySet<string>;
}

export function treeOf(processes: readonly ProcessInfo[], { shares, sort, filter, closed }: TreeOptions): ProcessRow[] {
  const known = new Set(processes.map(({ pid }) => pid));
  const below = new Map<number, ProcessInfo[]>();
  for (const process of processes) {
    // Whose parent is not seen from in here stands at the top; so does who claims to be its own parent.
    const parent = known.has(process.parent) && process.parent !== process.pid ? process.parent : 0;
    below.set(parent, [...(below.get(parent) ?? []), process]);
  }
  const order = compare(sort, shares);
  const wanted = filter.trim() === '' ? null : wantedBy(filter, processes);
  const rows: ProcessRow[] = [];
  const seen = new Set<number>();
  const walk = (parent: number, depth: number) => {
    for (const process of [...(below.get(parent) ?? [])].sort(order)) {
      if (seen.has(process.pid) || (wanted !== null && !wanted.has(process.pid))) continue;
      seen.add(process.pid);
      const key = keyOf(process);
      const children = below.get(process.pid)?.length ?? 0;
      const open = wanted !== null || !closed.has(key);
      rows.push({ process, key, depth, children, open, share: shares.get(key) ?? null });
      if (open) walk(process.pid, depth + 1);
    }
  };
  walk(0, 0);
  return rows;
}

function compare(sort: ProcessSort, shares: ReadonlyMap<string, number>) {
  return (a: ProcessInfo, b: ProcessInfo): number => {
    if (sort === 'cpu') return (shares.get(keyOf(b)) ?? 0) - (shares.get(keyOf(a)) ?? 0) || a.pid - b.pid;
    if (sort === 'memory') return b.memoryBytes - a.memoryBytes || a.pid - b.pid;
    return a.startedAtMs - b.startedAtMs || a.pid - b.pid;
  };
}

/** What matches by number, user or command, and what it descends from. */
function wantedBy(filter: string, processes: readonly ProcessInfo[]): Set<number> {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const wanted = new Set<number>();
  for (const process of processes) {
    const text = `${process.pid} ${process.user} ${process.command} ${process.arguments.join(' ')}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    for (let at: ProcessInfo | undefined = process; at !== undefined && !wanted.has(at.pid); at = byPid.get(at.parent))
      wanted.add(at.pid);
  }
  return wanted;
}

/** `node src/server.ts` rather than `/usr/bin/node src/server.ts`. */
export function nameOf(process: ProcessInfo): string {
  // Some, Chromium among them, write all their words into the first.
  const words = process.arguments.length === 1 ? process.arguments[0]!.split(' ') : process.arguments;
  const [first = process.command, ...rest] = words;
  return [first.split('/').at(-1), ...rest].join(' ') || process.command;
}

/** What the machine itself runs on: without it a part of the console goes dark. */
const services: Readonly<Record<string, string>> = {
  Xtigervnc: 'The desktop is drawn by it: every window in it ends too.',
  openbox: 'It places the windows of the desktop.',
  tint2: 'It is the panel of the desktop.',
};

/** Why ending it should be asked about; undefined for what runs in the sandbox like anything else. */
export function dangerOf(process: ProcessInfo): string | undefined {
  if (process.pid === 1) return 'It is the first process: the sandbox ends with it.';
  if (process.arguments.some((word) => word.startsWith('/opt/sandglass/')))
    return 'Terminals, files and commands of this sandbox go through it.';
  return services[process.command];
}
