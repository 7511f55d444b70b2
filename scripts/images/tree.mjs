/** Running commands in an image that is being built. Every mount lives in a namespace of its own, so an interrupted build leaves none. */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** Own uid → root, subordinate uids → the rest: how a user without root owns a Debian tree. */
const userMap = ['--user', '--map-root-user', '--map-auto'];

const enterScript = `
tree=$1; apt=$2; archives=$3; shift 3
mount -t proc proc "$tree/proc"
mount --rbind /dev "$tree/dev"
if [ -n "$apt" ]; then
  mount --bind "$apt" "$tree/etc/apt"
  mkdir -p "$tree/var/cache/apt/archives"
  mount --bind "$archives" "$tree/var/cache/apt/archives"
  for name in resolv.conf hosts; do
    [ -e "$tree/etc/$name" ] || : >"$tree/etc/$name"
    mount --bind "/etc/$name" "$tree/etc/$name"
  done
fi
exec chroot "$tree" "$@"
`;

/** Command line that runs as root of the tree's own uids, without entering it. @param {boolean} rootless @param {string[]} command */
export function asOwner(rootless, command) {
  return rootless ? ['unshare', ...userMap, '--', ...command] : command;
}

/** Command line that runs inside the tree. `apt` also brings the host's network names and an archive cache.
 * @param {string} tree @param {string[]} command @param {{ rootless: boolean, apt?: string, archives?: string }} options */
export function inTree(tree, command, { rootless, apt = '', archives = '' }) {
  const namespaces = [
    ...(rootless ? userMap : []),
    '--mount',
    '--propagation',
    'private',
    '--pid',
    '--fork',
    '--kill-child',
  ];
  return ['unshare', ...namespaces, 'sh', '-euc', enterScript, 'sh', tree, apt, archives, ...command];
}

/** With root, a process tree of its own that ends as one when its first process does. @param {boolean} rootless @param {string[]} command */
export function asOne(rootless, command) {
  return rootless
    ? command
    : ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private', '--', ...command];
}

/** The environment of a build: nothing of the caller's but the way to the network. */
function buildEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => /^(https?_proxy|no_proxy|TMPDIR|HOME)$/i.test(name));
  return {
    ...Object.fromEntries(kept),
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C.UTF-8',
    DEBIAN_FRONTEND: 'noninteractive',
    DEBCONF_NOWARNINGS: 'yes',
  };
}

/** Lines in which a tool says why it failed; mmdebstrap's own only repeat that one of them did. */
function isCause(line) {
  return (
    /^(E:|dpkg: error|tar:|mount:|unshare:|chroot:)|No space left|^\s+(Could not|Cannot|Temporary failure|404|403)/.test(
      line,
    ) && !/^E: (mmdebstrap failed|apt-get .* failed|run_)/.test(line)
  );
}

/**
 * @param {string[]} command
 * @param {{ log: string, input?: string, onLine?: (line: string) => void }} options `log` is appended to.
 * @returns {Promise<void>} Rejects with the cause the command itself gave.
 */
export function run(command, { log, input, onLine }) {
  // A builder that is killed takes its commands with it: the next one finds nobody writing.
  const [program, ...args] = ['setpriv', '--pdeathsig', 'KILL', ...command];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: buildEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] });
    const file = createWriteStream(log, { flags: 'a' });
    const causes = [];
    const last = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        file.write(`${line}\n`);
        if (isCause(line)) causes.push(line.trim());
        if (line.trim()) last.push(line.trim());
        if (last.length > 3) last.shift();
        onLine?.(line);
      });
    }
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
    child.on('error', (error) => reject(new Error(`${command[0]} could not be run: ${error.message}`)));
    child.on('close', (code, signal) => {
      file.end();
      if (code === 0) resolve();
      else
        reject(
          new Error(
            (causes.length > 0 ? [...new Set(causes)].slice(0, 2) : last).join(' · ') ||
              `${command[0]} ended with ${signal ?? code}`,
          ),
        );
    });
  });
}
