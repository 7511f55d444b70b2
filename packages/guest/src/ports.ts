/** Listening ports and whose they are, read from /proc. Bounded. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import type { PortInfo } from '@sandglass/protocol';

const MOST_PORTS = 512;
const FIND_TIMEOUT_MS = 2000;
const MOST_FIND_BYTES = 4 * 1024 * 1024;

interface Listening {
  readonly port: number;
  readonly address: string;
  readonly uid: number;
  readonly inode: string;
}

type Port = Omit<PortInfo, 'previewUrl'>;

/** `canBecome`: whose processes can be looked into by becoming them. */
export async function listPorts(hidden: ReadonlySet<number>, canBecome: (uid: number) => boolean): Promise<Port[]> {
  const [v4, v6] = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'latin1').catch(() => '')),
  );
  const listening = [...parseListening(v4 ?? ''), ...parseListening(v6 ?? '')]
    .filter((socket) => !hidden.has(socket.port))
    .slice(0, MOST_PORTS);
  const owners = await findOwners(listening, canBecome);
  const ports = new Map<string, Port>();
  for (const { port, address, inode } of listening) {
    const owner = owners.get(inode);
    ports.set(`${address}:${port}`, { port, address, pid: owner?.pid ?? null, process: owner?.name ?? null });
  }
  return [...ports.values()].sort((a, b) => a.port - b.port);
}

/** Rows of /proc/net/tcp{,6} in state LISTEN. */
export function parseListening(table: string): Listening[] {
  return table.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [hexAddress, hexPort] = fields[1]?.split(':') ?? [];
    if (fields[3] !== '0A' || !hexAddress || !hexPort) return [];
    return [
      {
        port: Number.parseInt(hexPort, 16),
        address: formatAddress(hexAddress),
        uid: Number(fields[7]),
        inode: fields[9] ?? '',
      },
    ];
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

interface Owner {
  readonly pid: number;
  readonly name: string;
}

/** Root of a sandbox may not look into others' processes (that takes a privilege it has not), but everybody may into their own. */
async function findOwners(
  listening: readonly Listening[],
  canBecome: (uid: number) => boolean,
): Promise<Map<string, Owner>> {
  const owners = new Map<string, Owner>();
  const inodes = new Set(listening.map(({ inode }) => inode));
  for (const uid of new Set(listening.map((socket) => socket.uid))) {
    for (const { pid, inode } of await findSockets(canBecome(uid) ? uid : null)) {
      if (!inodes.has(inode) || owners.has(inode)) continue;
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
      owners.set(inode, { pid, name: name.trim().slice(0, 64) });
    }
  }
  return owners;
}

function findSockets(uid: number | null): Promise<{ pid: number; inode: string }[]> {
  const args = ['/proc', '-mindepth', '3', '-maxdepth', '3', '-path', '/proc/[0-9]*/fd/*', '-lname', 'socket:*'];
  const options = {
    cwd: '/',
    timeout: FIND_TIMEOUT_MS,
    maxBuffer: MOST_FIND_BYTES,
    ...(uid === null ? {} : { uid, gid: uid }),
  };
  return new Promise((resolve) => {
    execFile('find', [...args, '-printf', '%p %l\\n'], options, (_error, found) => {
      // It complains about what it may not see, and about what has ended: what it found is what we want.
      const lines = [...found.matchAll(/^\/proc\/(\d+)\/fd\/\d+ socket:\[(\d+)\]$/gm)];
      resolve(lines.map(([, pid, inode]) => ({ pid: Number(pid), inode: inode! })));
    });
  });
}
