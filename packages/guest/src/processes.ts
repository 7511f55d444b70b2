/** Processes and listening ports, read from /proc. Bounded: a fork bomb must not make the answer large. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { endianness } from 'node:os';
import type { PortInfo, ProcessInfo } from '@sandglass/protocol';
import type { Accounts } from './accounts.ts';

const MOST_PROCESSES = 2000;
const MOST_PORTS = 512;
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

type Port = Omit<PortInfo, 'previewUrl'>;

export async function listPorts(hidden: ReadonlySet<number>): Promise<Port[]> {
  const [v4, v6] = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'latin1').catch(() => '')),
  );
  const listening = [...parseListening(v4 ?? ''), ...parseListening(v6 ?? '')]
    .filter((socket) => !hidden.has(socket.port))
    .slice(0, MOST_PORTS);
  const owners = await findOwners(new Set(listening.map((socket) => socket.inode)));
  const ports = new Map<string, Port>();
  for (const { port, address, inode } of listening) {
    const owner = owners.get(inode);
    ports.set(`${address}:${port}`, { port, address, pid: owner?.pid ?? null, process: owner?.name ?? null });
  }
  return [...ports.values()].sort((a, b) => a.port - b.port);
}

/** Rows of /proc/net/tcp{,6} in state LISTEN. */
export function parseListening(table: string): { port: number; address: string; inode: string }[] {
  return table.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [hexAddress, hexPort] = fields[1]?.split(':') ?? [];
    if (fields[3] !== '0A' || !hexAddress || !hexPort) return [];
    return [{ port: Number.parseInt(hexPort, 16), address: formatAddress(hexAddress), inode: fields[9] ?? '' }];
  });
}

function formatAddress(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  // The kernel prints each 32-bit word in the machine's own order.
  if (endianness() === 'LE') bytes.swap32();
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.equals(Buffer.alloc(16))) return '::';
  if (bytes.subarray(0, 15).equals(Buffer.alloc(15)) && bytes[15] === 1) return '::1';
  if (bytes.subarray(0, 12).equals(Buffer.from('00000000000000000000ffff', 'hex'))) return bytes.subarray(12).join('.');
  return (bytes.toString('hex').match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, '')).join(':');
}

async function findOwners(inodes: Set<string>): Promise<Map<string, { pid: number; name: string }>> {
  const owners = new Map<string, { pid: number; name: string }>();
  if (inodes.size === 0) return owners;
  for (const pid of (await pids()).slice(0, MOST_PROCESSES)) {
    const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const fd of fds.slice(0, 1024)) {
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (!inode || !inodes.has(inode) || owners.has(inode)) continue;
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
      owners.set(inode, { pid, name: name.trim().slice(0, 64) });
    }
    if (owners.size === inodes.size) break;
  }
  return owners;
}
