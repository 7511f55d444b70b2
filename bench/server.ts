/** A server of the benchmark's own, started as a user would, with a data directory that goes away with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Sandglass } from '@sandglass/client/node';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface BenchServer extends AsyncDisposable {
  readonly client: Sandglass;
  readonly url: string;
  readonly token: string;
  readonly level: string;
  /** How agents find each door. */
  readonly doors: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Resident memory of the server process, bytes. */
  memoryBytes(): Promise<number>;
  /** Processor time of the server process since its start, all its threads. */
  cpuSeconds(): Promise<number>;
  /** All processes of ours together: keeper, server, file tracker. */
  usage(): Promise<{ files: number; memoryBytes: number }>;
}

export async function startServer(environment: Readonly<Record<string, string>> = {}): Promise<BenchServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sandglass-bench-'));
  const child = spawn(
    process.execPath,
    ['scripts/setup.mjs', 'start', '--', '--json', '--no-open', '--yes', '--port', '0', '--data-dir', dataDir],
    { cwd: root, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let ready: Pick<BenchServer, 'url' | 'token' | 'level' | 'doors'> | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue;
    ready = JSON.parse(line);
    break;
  }
  if (!ready) throw new Error('The server ended before it was ready.');
  child.stdout.resume();
  const url = new URL(ready.url).origin;
  const client = new Sandglass({ url, token: ready.token });
  const metric = async (name: string): Promise<number> => {
    const reply = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${ready.token}` } });
    const line = (await reply.text()).split('\n').find((text) => text.startsWith(`${name} `));
    if (!line) throw new Error(`The server publishes no ${name}.`);
    return Number(line.split(' ')[1]);
  };
  return {
    client,
    url,
    token: ready.token,
    level: ready.level,
    doors: ready.doors,
    memoryBytes: () => metric('process_resident_memory_bytes'),
    cpuSeconds: () => metric('process_cpu_seconds_total'),
    usage: () => usageBelow(child.pid!),
    async [Symbol.asyncDispose]() {
      const { items } = await client.request('sandboxes', { query: { limit: 1000 } });
      await Promise.all(items.map((sandbox) => client.request('killSandbox', { params: { sandbox: sandbox.id } })));
      client.close();
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Mounts of this host, to see that none are left behind. */
export async function mountCount(): Promise<number> {
  return (await readFile('/proc/self/mountinfo', 'utf8')).trimEnd().split('\n').length;
}

/** Of the processes below this one, as far as they are not a sandbox's. */
async function usageBelow(top: number): Promise<{ files: number; memoryBytes: number }> {
  let files = 0;
  let memoryBytes = 0;
  for (const child of await childrenOf(top)) {
    const command = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes('/dist/')) continue;
    files += (await readdir(`/proc/${child}/fd`)).length;
    const [, pages] = (await readFile(`/proc/${child}/statm`, 'utf8')).split(' ');
    memoryBytes += Number(pages) * 4_096;
    const below = await usageBelow(child);
    files += below.files;
    memoryBytes += below.memoryBytes;
  }
  return { files, memoryBytes };
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.join(' ').split(/\s+/).filter(Boolean).map(Number);
}
