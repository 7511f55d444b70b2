/** `npm run doctor [-- --json]`: what this machine has and can do, and how to get more. Changes nothing. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { root, staleTargets } from '../build/targets.mjs';
import { staleImages } from '../images/ensure.mjs';
import { readBuilt } from '../images/pool.mjs';
import { imageNames } from '../images/recipes.mjs';
import { areDependenciesFresh } from './dependencies.mjs';
import { missingPackages } from './packages.mjs';
import { isRoot } from './prepare.mjs';
import { readSettings } from './settings.mjs';

const probeTimeoutMs = 60_000;

/** @param {string[]} words @returns {Promise<number>} exit code: 0 when a server could start here. */
export async function run(words) {
  const settings = readSettings(words, process.env, isRoot);
  const report = examine(settings);
  if (settings.isJson) process.stdout.write(`${JSON.stringify(report)}\n`);
  else print(report);
  return report.checks.every(({ ok, fatal }) => ok || !fatal) ? 0 : 1;
}

function examine(settings) {
  const missing = missingPackages({ isRoot, forTests: false });
  const checks = [
    { name: 'Node', ok: true, detail: `${process.version} (${process.execPath})` },
    { name: 'Linux', ok: true, detail: `kernel ${release()}, ${debianName()}` },
    {
      name: 'packages',
      ok: missing.length === 0,
      detail:
        missing.length === 0
          ? 'all there'
          : `missing: ${missing.map(({ name, why }) => `${name} (${why})`).join(', ')}`,
      fix: `sudo apt-get install ${missing.map(({ name }) => name).join(' ')}`,
    },
    {
      name: 'npm packages',
      ok: areDependenciesFresh(),
      detail: areDependenciesFresh() ? 'as locked' : 'not as locked',
      fix: 'npm start installs them',
    },
    buildCheck(),
    imageCheck(settings.pool),
    internetCheck(settings.values.SANDGLASS_E2B_INTERNET),
  ];
  const keeper = askKeeper(settings);
  return { dataDir: settings.dataDir, pool: settings.pool, checks, keeper };
}

function debianName() {
  const name = existsSync('/etc/os-release')
    ? /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
    : undefined;
  return name ?? 'an unknown distribution';
}

function buildCheck() {
  const stale = staleTargets().map(({ name }) => name);
  return {
    name: 'builds',
    ok: stale.length === 0,
    detail: stale.length === 0 ? 'up to date' : `to build: ${stale.join(', ')}`,
    fix: 'npm start builds them',
  };
}

function imageCheck(pool) {
  try {
    const stale = staleImages(pool, imageNames);
    const built = readBuilt(pool);
    const sizes = Object.entries(built).map(([name, { sizeBytes }]) => `${name} ${Math.round(sizeBytes / 1e6)} MB`);
    return {
      name: 'images',
      ok: stale.length === 0,
      detail: `${sizes.join(', ') || 'none'}${stale.length > 0 ? `; to build: ${stale.join(', ')}` : ''} (${pool})`,
      fix: 'npm start builds them',
    };
  } catch (error) {
    return { name: 'images', ok: false, detail: error.message, fix: 'run it as the user who starts Sandglass' };
  }
}

/** No fault either way: said so that nobody has to find it out. */
function internetCheck(internet = 'allow') {
  return {
    name: 'E2B internet',
    ok: true,
    detail:
      internet === 'allow'
        ? 'sandboxes of the E2B SDK reach the public internet unless it says otherwise (--e2b-internet deny: nothing but allowOut)'
        : 'sandboxes of the E2B SDK reach nothing but what allowOut names',
  };
}

function askKeeper(settings) {
  const program = join(root, 'packages/keeper/dist/keeper.mjs');
  if (!existsSync(program)) return { error: 'not built yet: npm start builds it' };
  const asked = spawnSync(process.execPath, [program, '--probe', '--json'], {
    encoding: 'utf8',
    timeout: probeTimeoutMs,
    env: { ...process.env, ...settings.values },
  });
  try {
    return JSON.parse(asked.stdout);
  } catch {
    return { error: (asked.stderr || asked.error?.message || 'it said nothing').trim() };
  }
}

function print({ dataDir, checks, keeper }) {
  const line = (ok, name, detail, fix) => {
    console.log(`  ${ok === undefined ? '–' : ok ? '✓' : '✗'} ${name.padEnd(16)}${detail}`);
    if (ok === false && fix) console.log(`    ${''.padEnd(16)}→ ${fix}`);
  };
  console.log(`Sandglass, data in ${dataDir}\n`);
  for (const { name, ok, detail, fix } of checks) line(ok, name, detail, fix);
  console.log('');
  if (keeper.error) {
    line(false, 'keeper', keeper.error);
    return;
  }
  // Without a way to better it, it was not needed here.
  for (const { name, ok, detail, fix } of keeper.probes) line(ok || fix ? ok : undefined, name, detail, fix);
  line(keeper.privilege.separated || !isRoot, 'privilege', keeper.privilege.detail);
  const limits = Object.entries(keeper.limits).filter(([, enforced]) => enforced);
  console.log(`\n  Level ${keeper.level}${keeper.levelReason ? `: ${keeper.levelReason}` : ''}`);
  console.log(
    `  Limits enforced: ${limits.map(([name]) => name).join(', ') || 'none'} · memory checkpoints: ${keeper.memoryCheckpoints ? 'yes' : 'no'} · file tracking: ${keeper.tracking}`,
  );
}
