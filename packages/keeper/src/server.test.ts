import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ServerProcess, serverEnvironment } from './server.ts';

it('shows the server nothing of the caller but what it is meant to see', () => {
  const environment = {
    PATH: '/bin',
    HOME: '/root',
    AWS_SECRET_ACCESS_KEY: 'x',
    SANDGLASS_PORT: '1',
    SUDO_UID: '7',
    LANG: 'C',
  };
  expect(serverEnvironment(environment, '/data', process.getuid!() + 1)).toEqual({
    PATH: '/bin',
    LANG: 'C',
    SANDGLASS_PORT: '1',
    SANDGLASS_DATA_DIR: '/data',
    HOME: '/data/server',
  });
});

it('ends at once with a server whose settings are wrong, instead of starting it for ever', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sandglass-server-'));
  const path = join(dataDir, 'server.mjs');
  writeFileSync(path, 'process.exit(78);');
  let starts = 0;
  const said: string[] = [];
  const code = await new Promise<number>((resolve) => {
    const self = { uid: process.getuid!(), gid: process.getgid!(), separated: false, detail: '' };
    const say = (line: string) => said.push(line);
    const onStart = () => {
      starts++;
    };
    new ServerProcess({ path, args: [], dataDir, identity: self, say, onStart, onEnd: resolve }).start();
  });
  expect({ code, starts, said }).toEqual({ code: 78, starts: 1, said: [] });
  rmSync(dataDir, { recursive: true });
});
