import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
let directory: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sandglass-main-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

function run(environment: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    env: {
      PATH: process.env['PATH'],
      HOME: directory,
      SANDGLASS_DRIVER: 'fake',
      SANDGLASS_PORT: '0',
      SANDGLASS_DATA_DIR: directory,
      SANDGLASS_LOG_LEVEL: 'silent',
      SANDGLASS_JSON: '1',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function ready(child: ChildProcess): Promise<{ url: string; token: string; level: string }> {
  for await (const line of createInterface({ input: child.stdout! })) return JSON.parse(line);
  throw new Error('it ended before it was ready');
}

test('it starts, answers, stops when told, and a second start is like the first', { timeout: 30_000 }, async () => {
  const tokens: string[] = [];
  for (let i = 0; i < 2; i++) {
    const child = run({});
    const { url, token } = await ready(child);
    tokens.push(token);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    expect((await fetch(`${url}/v1/ready`)).status).toBe(200);
    const created = await fetch(`${url}/v1/sandboxes`, { method: 'POST', headers, body: '{}' });
    expect(created.status).toBe(201);
    const { id } = (await created.json()) as { id: string };
    const preview = await fetch(`${url}/v1/sandboxes/${id}/ports/8000/preview`, { method: 'POST', headers });
    expect(await preview.json()).toMatchObject({
      url: expect.stringMatching(/^http:\/\/8000-[a-z2-7]+\.localhost:\d+\//),
    });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  }
  expect(tokens[0]).toBe(tokens[1]);
});

test('a wrong setting is said by name, and nothing is started', { timeout: 30_000 }, async () => {
  // 78: starting it again would not help, and the keeper is told so.
  for (const [environment, words, code = 78] of [
    [{ SANDGLASS_PORT: 'many' }, /SANDGLASS_PORT/],
    [{ SANDGLASS_HOST: '0.0.0.0' }, /Others could read the token/],
    [{ SANDGLASS_DRIVER: 'local' }, /npm start/, 1],
    [{ SANDGLASS_TOKEN: 'short' }, /SANDGLASS_TOKEN must be/],
  ] as const) {
    const child = run(environment);
    let said = '';
    child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await once(child, 'exit')).toEqual([code, null]);
    expect(said).toMatch(words);
  }
});
