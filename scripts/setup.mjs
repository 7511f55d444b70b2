#!/usr/bin/env node
/**
 * Runs before everything and needs nothing but Node: `setup.mjs start|test|doctor|bench -- …`. It says what is missing, installs and
 * builds it, then hands over. Everything for people goes to stderr, so that stdout stays free for `--json`.
 */
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Sandglass needs Node 20.19 or newer; this is ${process.version} (${process.execPath}).\nInstall a newer one, for example Node 22 from your distribution or nodejs.org, and run the same command again.`,
  );
  process.exit(1);
}
if (process.platform !== 'linux') {
  console.error(
    'Sandglass runs sandboxes with the Linux kernel. On this system, run it in a Debian virtual machine (on Windows: WSL 2).',
  );
  process.exit(1);
}

const commands = {
  start: () => import('./setup/start.mjs'),
  test: () => import('./setup/test.mjs'),
  doctor: () => import('./setup/doctor.mjs'),
  bench: () => import('./setup/bench.mjs'),
};
const [name = 'start', ...words] = process.argv.slice(2);
const load = commands[name];
if (!load) {
  console.error(`There is no command “${name}”: use start, test, doctor or bench.`);
  process.exit(2);
}
try {
  const command = await load();
  process.exitCode = await command.run(words.filter((word, index) => !(word === '--' && index === 0)));
} catch (error) {
  console.error(error.stack && process.env.SANDGLASS_LOG_LEVEL === 'debug' ? error.stack : error.message);
  process.exitCode = error.exitCode ?? 1;
}
