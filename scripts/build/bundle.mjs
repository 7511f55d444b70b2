/** Builds one target into a folder beside its old one, then swaps them: a failed build leaves what worked. */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { stamp } from './stale.mjs';
import { root, targetDigest } from './targets.mjs';

/** @param {import('./targets.mjs').Target} target */
export async function buildTarget(target) {
  const digest = targetDigest(target);
  const folder = join(root, target.folder);
  // Named after this process: two builds at once must not share them.
  const fresh = `${folder}.new-${process.pid}`;
  const old = `${folder}.old-${process.pid}`;
  for (const left of [fresh, old]) rmSync(left, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  try {
    await builders[target.name](target, fresh);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
  stamp(fresh, digest);
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(fresh, folder);
  rmSync(old, { recursive: true, force: true });
}

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  sourcemap: 'linked',
  absWorkingDir: root,
  logLevel: 'silent',
  legalComments: 'none',
};

/** Our own rooms become part of the bundle; what came from npm stays in node_modules. */
const npmStaysOutside = {
  name: 'npm-stays-outside',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point' || path.startsWith('@sandglass/')) return undefined;
      return { path, external: true };
    });
  },
};

const builders = {
  async keeper(target, outdir) {
    const entryPoints = {
      keeper: target.main,
      tracker: 'packages/keeper/src/tracker.ts',
      rootlessInit: 'packages/keeper/src/rootlessInit.ts',
    };
    await esbuild({ ...common, entryPoints, outdir, outExtension: { '.js': '.mjs' }, external: ['koffi'] });
  },

  async guest(target, outdir) {
    await esbuild({
      ...common,
      // Node begins with a module of this kind 7 ms sooner, which every new sandbox waits for.
      format: 'cjs',
      define: { 'import.meta.url': 'moduleUrl' },
      banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
      entryPoints: { guest: target.main },
      outdir,
      outExtension: { '.js': '.cjs' },
      external: ['@lydell/node-pty'],
      sourcemap: false,
    });
    // The one native file: the guest loads it from beside itself.
    const require = createRequire(join(root, 'packages/guest/package.json'));
    const pty = createRequire(require.resolve('@lydell/node-pty/package.json'));
    copyFileSync(pty.resolve(`@lydell/node-pty-linux-${process.arch}/pty.node`), join(outdir, 'pty.node'));
  },

  async api(target, outdir) {
    await esbuild({
      ...common,
      entryPoints: { main: target.main },
      outdir,
      outExtension: { '.js': '.mjs' },
      plugins: [npmStaysOutside],
    });
  },

  async web(_target, outdir) {
    const { build: vite } = await import('vite');
    await vite({ root: join(root, 'apps/web'), logLevel: 'warn', build: { outDir: outdir, emptyOutDir: true } });
  },
};
