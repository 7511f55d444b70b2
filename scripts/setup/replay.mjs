/** `npm start -- replay FILE`: the console over one recording, without sandboxes, without root, without anything kept. */
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../build/targets.mjs';
import { prepareBuild, say } from './prepare.mjs';

/** @param {string | undefined} file @param {import('./settings.mjs').Settings} settings @param {(address: string) => void} openBrowser */
export async function runReplay(file, settings, openBrowser) {
  const wrong = whatIsWrong(file);
  if (wrong !== undefined) {
    say(wrong);
    return 2;
  }
  await prepareBuild();
  const directory = mkdtempSync(join(tmpdir(), 'sandglass-replay-'));
  const environment = {
    ...process.env,
    ...settings.values,
    SANDGLASS_PORT: settings.values.SANDGLASS_PORT ?? '0',
    SANDGLASS_PREVIEW_PORT: settings.values.SANDGLASS_PREVIEW_PORT ?? '0',
    SANDGLASS_DATA_DIR: directory,
    SANDGLASS_DRIVER: 'none',
    SANDGLASS_REPLAY_FILE: resolve(file),
    SANDGLASS_JSON: '1',
  };
  environment.SANDGLASS_LOG_LEVEL ??= 'warn';
  const server = spawn(process.execPath, ['--enable-source-maps', join(root, 'apps/api/dist/main.mjs')], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: server.stdout }).on('line', (line) => {
    if (!line.startsWith('{"url"')) return;
    const { url, token } = JSON.parse(line);
    const page = `${url.replace(/\/$/, '')}/replay`;
    if (settings.isJson) process.stdout.write(`${JSON.stringify({ url: page, token })}\n`);
    else say(`\n  ${resolve(file)} is open:\n\n  ${page}#token=${token}\n\n  Ctrl-C ends it. Nothing of it is kept.`);
    if (settings.opens && !settings.isJson) openBrowser(`${page}#token=${token}`);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
  try {
    return await new Promise((resolved, reject) => {
      server.once('error', reject);
      server.once('close', (code, signal) => resolved(code ?? (signal ? 1 : 0)));
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function whatIsWrong(file) {
  if (file === undefined) return 'Which recording? npm start -- replay FILE';
  try {
    if (!statSync(file).isFile()) return `“${file}” is no file: give a recording that ends in .sandglass.`;
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (error) {
    if (error.code === 'ENOENT') return `There is no file “${file}”.`;
    return `“${file}” cannot be read (${error.code}).`;
  }
}
