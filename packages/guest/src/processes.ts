/** Processes, read from /proc. Bounded: a fork bomb must not make the answer large. */
import { readdir, readFile } from 'node:fs/promises';
import type { ProcessInfo } from '@sandglass/protocol';
import type { Accounts } from './accounts.ts';

const MOST_PROCESSES = 2000;
const MOST_ARGUMENTS = 64;
const MOST_ARGUMENT_CHARACTERS = 512;
/** USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MS = 10;
const PAGE_BYTES = 4096;

async function pids(): Promise<number[]> {
  const names = await readdir('/proc');
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

export async function listProcesses(accounts: Accounts): Promise<ProcessInfo[]> {
  const bootMs = await readBootMs();
  const found: ProcessInfo[] = [];
  for (const pid of (await pids()).slice(0, MOST_PROCESSES)) {
    const info = await readProcess(pid, bootMs, accounts).catch(() => null);
    if (info) found.push(info);
  }
  return found;
}

async function readBootMs(): Promise<number> {
  const stat = await readFile('/proc/stat', 'latin1');
  return Number(/^btime (\d+)$/m.exec(stat)?.[1] ?? 0) * 1000;
}

async function readProcess(pid: number, bootMs: number, accounts: Accounts): Promise<ProcessInfo> {
  const [stat, commandLine, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/cmdline`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'latin1'),
  ]);
  const nameEnd = stat.lastIndexOf(')');
  const fields = stat.slice(nameEnd + 2).split(' ');
  const number = (index: number) => Number(fields[index] ?? 0);
  return {
    pid,
    parent: number(1),
    user: accounts.userName(Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? 0)),
    command: stat.slice(stat.indexOf('(') + 1, nameEnd).slice(0, 64),
    arguments: commandLine
      .split('\0')
      .slice(0, MOST_ARGUMENTS)
      .filter((argument, index, all) => argument !== '' || index < all.length - 1)
      .map((argument) => argument.slice(0, MOST_ARGUMENT_CHARACTERS)),
    state: fields[0] ?? '?',
    cpuUsec: (number(11) + number(12)) * TICK_MS * 1000,
    memoryBytes: number(21) * PAGE_BYTES,
    startedAtMs: Math.round(bootMs + number(19) * TICK_MS),
  };
}
