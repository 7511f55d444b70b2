import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const token = 'the-example-s-own-token';
let server: ChildProcess;
let directory: string;
let url: string;

/** Two free ports in a row: the server's and, after it, the previews'. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port < 65_000 ? port : freePort();
}

/** Runs a file of the repository to its end. */
async function run(
  file: string,
  environment: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    cwd: root,
    env: { ...process.env, ...environment },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code, output };
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandglass-example-'));
  const port = await freePort();
  server = spawn(process.execPath, ['--import', 'tsx', 'apps/api/src/main.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      ...process.env,
      SANDGLASS_DRIVER: 'fake',
      SANDGLASS_PORT: String(port),
      SANDGLASS_DATA_DIR: directory,
      SANDGLASS_TOKEN: token,
      SANDGLASS_JSON: '1',
    },
  });
  const [line] = await once(server.stdout as NodeJS.ReadableStream, 'data');
  url = (JSON.parse(String(line)) as { url: string }).url;
}, 30_000);

afterAll(async () => {
  server.kill('SIGTERM');
  await once(server, 'close');
  await rm(directory, { recursive: true, force: true });
});

it('is what the README shows, runs against a server, twice alike, and ends by itself', async () => {
  const file = join(root, 'packages/client/test/example.ts');
  const readme = await readFile(join(root, 'packages/client/README.md'), 'utf8');
  expect(readme).toContain(`\`\`\`ts\n${await readFile(file, 'utf8')}\`\`\``);
  for (const _ of [1, 2]) {
    const { code, output } = await run(file, { SANDGLASS_URL: url, SANDGLASS_TOKEN: token });
    expect(output).toBe('0 hello from a file\n\none\ntwo\nended with 0\n');
    expect(code).toBe(0);
  }
}, 30_000);
