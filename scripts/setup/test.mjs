/** `npm test`: everything that must be green, cheapest first; the first failure ends it. Its last line is `N passed, N failed`. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildStorybook } from '../build/storybook.mjs';
import { root } from '../build/targets.mjs';
import { criuPath } from './criu.mjs';
import { removeLeftovers } from './leftovers.mjs';
import { isRoot, prepareBuild, preparePackages, preparePool, say } from './prepare.mjs';
import { countPlaywright, countVitest } from './testCounts.mjs';
import { ensureUnprivileged, mayMakeNamespaces, mayUnshare, unprivilegedName } from './unprivileged.mjs';

/** Outside the clone, so that a machine builds its images once. */
const home =
  process.env.SANDGLASS_TEST_DIR ??
  (isRoot ? '/var/tmp/sandglass-test' : join(process.env.HOME ?? tmpdir(), '.cache/sandglass-test'));
const bin = (name) => join(root, 'node_modules/.bin', name);
const vitest = (project, report) => [
  bin('vitest'),
  'run',
  // The other loader writes beside the configuration, which a user without root may not.
  '--configLoader=runner',
  '--project',
  project,
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
];

/**
 * @typedef {import('./testCounts.mjs').Counts} Counts
 * `run` gives `undefined` when it counts nothing. `whyLeftOut` is asked when its turn comes, so that it sees what was installed.
 * `mayLeaveOut`: why some of its tests need not run here; without a reason, a test that is left out is a failure.
 * @typedef {{ name: string, run(reports: string): Promise<Counts | undefined>, whyLeftOut?(): string | undefined, mayLeaveOut?(): string | undefined }} Stage
 */

/** @returns {Stage[]} */
function stages() {
  const pool = join(home, 'pool');
  const plain = (name, command) => ({ name, run: () => execute(command) });
  return [
    plain('lint', [bin('biome'), 'check', '--error-on-warnings', '.']),
    plain('types', [bin('tsc'), '-p', 'tsconfig.json', '--noEmit']),
    plain('law', [process.execPath, 'scripts/law.mjs']),
    { name: 'unit', run: (reports) => runVitest('unit', join(reports, 'unit.json'), {}) },
    { name: 'build', run: () => buildAndMeasure() },
    { name: 'storybook', run: (reports) => runStorybook(join(reports, 'storybook.json')) },
    { name: 'images', run: () => preparePool({ pool }) },
    {
      name: 'integration',
      // Tests that make a pool of their own find criu by it, too.
      run: (reports) =>
        runVitest('integration', join(reports, 'integration.json'), {
          SANDGLASS_POOL: pool,
          ...(existsSync(criuPath(pool)) ? { SANDGLASS_CRIU: criuPath(pool) } : {}),
        }),
      mayLeaveOut: () => whatLacks(pool),
    },
    ...(isRoot ? [plainPoolStage(), unprivilegedStage()] : []),
    {
      name: 'stories',
      run: (reports) => runPlaywright(join(reports, 'stories.json'), { SANDGLASS_POOL: pool }),
      mayLeaveOut: () => whatLacks(pool),
    },
  ];
}

/** What keeps this machine from the best level, by the keeper's own self-test; undefined when it has all of it. @param {string} pool */
function whatLacks(pool) {
  if (!isRoot) return 'they need root';
  const asked = spawnSync(process.execPath, [join(root, 'packages/keeper/dist/keeper.mjs'), '--probe', '--json'], {
    encoding: 'utf8',
    timeout: probeTimeoutMs,
    env: { ...process.env, SANDGLASS_POOL: pool },
  });
  try {
    const { level, levelReason } = JSON.parse(asked.stdout);
    return level === 'L3' ? undefined : `this machine has level ${level}${levelReason ? `: ${levelReason}` : ''}`;
  } catch {
    return undefined;
  }
}

/** The same tests where the disk has no snapshots. */
function plainPoolStage() {
  const pool = join(home, 'plain-pool');
  return {
    name: 'integration at L1',
    async run(reports) {
      await preparePool({ pool, level: 'L1', names: ['base'] });
      return await runVitest('integration', join(reports, 'l1.json'), { SANDGLASS_POOL: pool, SANDGLASS_LEVEL: 'L1' });
    },
    mayLeaveOut: () => 'level L1 does not have it',
  };
}

/** The same tests by a user without root: what anyone gets. */
function unprivilegedStage() {
  const name = 'integration at L0';
  return {
    name,
    whyLeftOut: () => (mayMakeNamespaces() ? undefined : 'this kernel allows no user namespaces without root'),
    mayLeaveOut: () => 'level L0 does not have it',
    async run(reports) {
      const user = ensureUnprivileged();
      if (!user) throw new StageFailed(`the user ${unprivilegedName} could not be made.`);
      const allowed = mayUnshare(user);
      if (!allowed.ok)
        throw new StageFailed(
          `${unprivilegedName} could not make a user namespace, which this kernel allows: ${allowed.reason}`,
        );
      const place = join(home, 'unprivileged');
      const pool = join(place, 'pool');
      const report = join(reports, 'l0.json');
      for (const folder of [place, join(home, 'code')]) mkdirSync(folder, { recursive: true });
      chmodSync(home, 0o755);
      for (const folder of [place, reports]) chownSync(folder, user.uid, user.gid);
      const environment = {
        HOME: place,
        USER: unprivilegedName,
        SANDGLASS_POOL: pool,
        SANDGLASS_LEVEL: 'L0',
        TMPDIR: '/tmp',
      };
      const build = [process.execPath, 'scripts/images/build.mjs', '--pool', pool, '--only', 'base'];
      await execute(asUser(user, build), environment);
      await execute(asUser(user, vitest('integration', report)), environment, report);
      return countVitest(read(report));
    },
  };
}

/** The clone may lie where only root gets to; seen from a mount of its own it does not. */
function asUser({ uid, gid }, command) {
  const script =
    'mount --bind "$1" "$2"; cd "$2"; uid=$3 gid=$4; shift 4; exec setpriv --reuid "$uid" --regid "$gid" --clear-groups "$@"';
  const words = [
    root,
    join(home, 'code'),
    String(uid),
    String(gid),
    ...command.map((word) => (word.startsWith(root) ? join(home, 'code', word.slice(root.length)) : word)),
  ];
  return ['unshare', '--mount', '--propagation', 'private', 'bash', '-euc', script, 'bash', ...words];
}

async function runVitest(project, report, environment) {
  await execute(vitest(project, report), environment, report);
  return countVitest(read(report));
}

/** What people fetch has limits (.size-limit.mjs). */
async function buildAndMeasure() {
  await prepareBuild();
  await execute([bin('size-limit')]);
}

/** Every component in every state: axe, and how it looks. */
async function runStorybook(report) {
  await buildStorybook(say);
  return await runPlaywright(report, {}, 'e2e/ui');
}

async function runPlaywright(report, environment, config = 'e2e') {
  const command = [bin('playwright'), 'test', '-c', config, `--reporter=list,json`];
  await execute(command, { ...environment, PLAYWRIGHT_JSON_OUTPUT_NAME: report }, report);
  return countPlaywright(read(report));
}

function read(report) {
  return JSON.parse(readFileSync(report, 'utf8'));
}

class StageFailed extends Error {}

/** The command under way: it is told when the tests are told to stop, so that it can put its sandboxes away. */
let running;
let stoppedBy;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stoppedBy = signal;
    if (running) running.kill(signal);
    else process.exit(130);
  });
}

/** No stage of a healthy machine comes near it; one that hangs must not take the whole run with it. */
const stageTimeoutMs = 45 * 60_000;
const killAfterMs = 20_000;
const probeTimeoutMs = 60_000;

/** Runs one command to its end. With `report`, a failure that wrote its report is left to the counts. */
function execute([program, ...args], environment = {}, report = undefined) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 2, 2],
      env: { ...process.env, FORCE_COLOR: process.stderr.isTTY ? '1' : '0', ...environment },
    });
    running = child;
    let isLate = false;
    const timers = [
      setTimeout(() => {
        isLate = true;
        child.kill('SIGTERM');
      }, stageTimeoutMs),
      setTimeout(() => child.kill('SIGKILL'), stageTimeoutMs + killAfterMs),
    ];
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running = undefined;
      for (const timer of timers) clearTimeout(timer);
      const name = program.split('/').at(-1);
      if (stoppedBy) reject(new StageFailed(`stopped by ${stoppedBy}.`));
      else if (isLate) reject(new StageFailed(`${name} was ended after ${stageTimeoutMs / 60_000} minutes.`));
      else if (code === 0 || (report && existsSync(report))) resolve(undefined);
      else reject(new StageFailed(`${name} ended with ${signal ?? `code ${code}`}.`));
    });
  });
}

/** @param {string[]} words @returns {Promise<number>} exit code */
export async function run(words) {
  const { values, positionals } = parseArgs({
    args: words.filter((word) => word !== '--'),
    allowPositionals: true,
    options: { yes: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  const all = stages();
  if (values.help) {
    process.stdout.write(
      `npm test [-- --yes] [-- STAGE…]\n\nStages: ${all.map(({ name }) => `“${name}”`).join(', ')}. Without names: all of them.\n`,
    );
    return 0;
  }
  const unknown = positionals.find((name) => !all.some((stage) => stage.name === name));
  if (unknown) {
    say(`There is no stage “${unknown}”: ${all.map(({ name }) => name).join(', ')}.`);
    return 2;
  }
  if (!(await preparePackages({ isYes: values.yes === true || process.env.SANDGLASS_YES === '1', forTests: true })))
    say('Going on without them: what needs them will fail.');
  const { ensureDependencies } = await import('./dependencies.mjs');
  ensureDependencies(say);
  const wanted = positionals.length > 0 ? all.filter(({ name }) => positionals.includes(name)) : all;
  return await runStages(wanted);
}

/** @param {Stage[]} wanted */
async function runStages(wanted) {
  removeLeftovers(tmpdir());
  const reports = mkdtempSync(join(tmpdir(), 'sandglass-reports-'));
  chmodSync(reports, 0o755);
  const total = { passed: 0, failed: 0 };
  const none = { passed: 0, failed: 0, leftOut: [] };
  const lines = [];
  let failure;
  for (const { name, run, whyLeftOut, mayLeaveOut } of wanted) {
    const reason = whyLeftOut?.();
    if (reason) {
      lines.push(`  – ${name.padEnd(20)} left out: ${reason}`);
      continue;
    }
    say(`\n── ${name} ${'─'.repeat(60 - name.length)}`);
    const startedAt = performance.now();
    let counts;
    try {
      counts = await run(reports);
    } catch (error) {
      failure = error.message;
      counts = { ...none, failed: 1 };
    }
    const allowed = counts?.leftOut.length ? mayLeaveOut?.() : undefined;
    if (counts && !counts.failed && counts.leftOut.length > 0 && !allowed) {
      failure = `${counts.leftOut.length} of its tests were left out, although this machine should run them:\n  ${counts.leftOut.join('\n  ')}`;
      counts = { ...counts, failed: counts.leftOut.length };
    }
    total.passed += counts?.passed ?? 0;
    total.failed += counts?.failed ?? 0;
    const seconds = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`.padStart(8);
    lines.push(
      `  ${counts?.failed ? '✗' : '✓'} ${name.padEnd(20)}${seconds}${counts ? `   ${counts.passed} passed${counts.failed ? `, ${counts.failed} failed` : ''}${allowed ? `, ${counts.leftOut.length} left out (${allowed})` : ''}` : ''}`,
    );
    if (counts?.failed) {
      failure ??= `${counts.failed} of its tests failed; they are above.`;
      failure = `${name}: ${failure}\nTo run it alone: npm test -- "${name}"`;
      break;
    }
  }
  rmSync(reports, { recursive: true, force: true });
  say(`\n${lines.join('\n')}\n`);
  if (failure) say(`Stopped at ${failure}\n`);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  return failure ? 1 : 0;
}
