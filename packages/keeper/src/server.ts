/** The server as the keeper's child: without privilege, restarted when it dies, told when to stop. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { findPassage, maySearch, type Passage, throughPassage, type User } from './passage.ts';

export interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly separated: boolean;
  readonly detail: string;
  /** Set when its code, its Node or its data lie where only root gets to. */
  readonly passage?: Passage;
}

const USER = 'sandglass';
const PASSED = ['PATH', 'HOME', 'LANG', 'NODE_ENV', 'TERM', 'CI'];
const STOP_TIMEOUT_MS = 10_000;
const FIRST_DELAY_MS = 200;
const MOST_DELAY_MS = 5_000;
/** A server that ran this long was well: the next failure starts counting anew. */
const WELL_AFTER_MS = 30_000;
const MOST_FAILURES = 10;
/** EX_CONFIG: the server's settings are wrong, and will be the next time too. */
const MISCONFIGURED = 78;

/** Whom the server runs as: who called sudo, else the system user `sandglass` (made when absent), else whoever the keeper is. */
export function chooseIdentity(serverPath: string, dataDir: string, environment: NodeJS.ProcessEnv): Identity {
  const self = { uid: process.getuid!(), gid: process.getgid!() };
  if (self.uid !== 0)
    return { ...self, separated: false, detail: 'Neither keeper nor server has root: there is nothing to separate.' };
  const asked = Number(environment.SUDO_UID);
  const user =
    Number.isSafeInteger(asked) && asked > 0
      ? { uid: asked, gid: Number(environment.SUDO_GID) || asked, name: environment.SUDO_USER ?? String(asked) }
      : systemUser();
  if (!user)
    return { ...self, separated: false, detail: `The system user ${USER} could not be made: the server runs as root.` };
  const { uid, gid, name } = user;
  const passage = findPassage([codeOf(serverPath), process.execPath, dataDir], maySearch(user)) ?? undefined;
  const unreadable = firstUnreadable([process.execPath, serverPath], user, passage);
  if (unreadable)
    return {
      ...self,
      separated: false,
      detail: `The user ${name} cannot read ${unreadable}, so the server runs as root. Move the code or node to where everyone can read it.`,
    };
  const detail = `The server runs as ${name}, without root.`;
  if (!passage) return { uid, gid, separated: true, detail };
  return {
    uid,
    gid,
    separated: true,
    passage,
    detail: `${detail} Of ${passage.closed.join(', ')} it sees what it needs.`,
  };
}

/** All that a server reads lies in the clone it was built in. */
function codeOf(serverPath: string): string {
  const clone = resolve(import.meta.dirname, '../../..');
  return serverPath.startsWith(`${clone}/`) ? clone : dirname(serverPath);
}

function systemUser(): { uid: number; gid: number; name: string } | null {
  const find = () => {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith(`${USER}:`));
    const [, , uid, gid] = line?.split(':') ?? [];
    return uid && gid && Number(uid) > 0 ? { uid: Number(uid), gid: Number(gid), name: USER } : null;
  };
  const found = find();
  if (found) return found;
  spawnSync(
    'useradd',
    [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      USER,
    ],
    {
      stdio: 'ignore',
    },
  );
  return find();
}

function firstUnreadable(paths: readonly string[], user: User, passage: Passage | undefined): string | null {
  for (let path of paths) {
    // Not built yet: then at least the way there must be open.
    while (!existsSync(path)) path = dirname(path);
    const { command, options } = asUser(['/usr/bin/test', '-r', path], user, passage, '/');
    if (spawnSync(command[0], command.slice(1), { ...options, stdio: 'ignore' }).status !== 0) return path;
  }
  return null;
}

/** With uid and gid given, Node clears the supplementary groups too; through a passage, the last step of the command does. */
function asUser(
  command: readonly [string, ...string[]],
  { uid, gid }: User,
  passage: Passage | undefined,
  folder: string,
) {
  if (passage) return { command: throughPassage(passage, { uid, gid }, { folder, command }), options: { cwd: '/' } };
  return { command, options: { uid, gid, cwd: folder } };
}

/** Nothing of root's environment reaches the server but what it is meant to see. */
export function serverEnvironment(environment: NodeJS.ProcessEnv, dataDir: string, uid: number): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => name.startsWith('SANDGLASS_') || PASSED.includes(name));
  const home = uid === process.getuid!() ? {} : { HOME: `${dataDir}/server` };
  return { ...Object.fromEntries(kept), ...home, SANDGLASS_DATA_DIR: dataDir };
}

export interface ServerOptions {
  readonly path: string;
  readonly args: readonly string[];
  readonly dataDir: string;
  readonly identity: Identity;
  /** Called with each new child, before it can say anything. */
  readonly onStart: (child: ChildProcess) => void;
  /** It ended because it meant to, or it failed too often: the keeper ends with this code. */
  readonly onEnd: (exitCode: number) => void;
  readonly say: (line: string) => void;
}

export class ServerProcess {
  readonly #options: ServerOptions;
  #child: ChildProcess | null = null;
  #retry: NodeJS.Timeout | null = null;
  #failures = 0;
  #wasWell = false;
  #stopping = false;

  constructor(options: ServerOptions) {
    this.#options = options;
    const { uid, gid } = options.identity;
    const own = `${options.dataDir}/server`;
    mkdirSync(own, { recursive: true, mode: 0o700 });
    // With all that is in it, since whom it runs as may change: by sudo, by where the code lies. Links are not followed.
    if (statSync(own).uid !== uid) execFileSync('chown', ['-RhP', `${uid}:${gid}`, own]);
  }

  get child(): ChildProcess | null {
    return this.#child;
  }

  start(): void {
    const { path, args, dataDir, identity, onStart, onEnd, say } = this.#options;
    const startedMs = performance.now();
    const plain = [process.execPath, path, ...args] as const;
    const { command, options } = identity.separated
      ? asUser(plain, identity, identity.passage, dirname(path))
      : { command: plain, options: { cwd: dirname(path) } };
    const child = spawn(command[0], command.slice(1), {
      ...options,
      env: serverEnvironment(process.env, dataDir, identity.uid),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.on('error', (error) => {
      say(`The server: ${error.message}`);
      // Not even started: no exit will follow.
      if (child.pid === undefined) onEnd(1);
    });
    child.once('exit', (code, signal) => {
      this.#child = null;
      if (this.#stopping) return;
      if (code === 0) return onEnd(0);
      if (performance.now() - startedMs > WELL_AFTER_MS) {
        this.#failures = 0;
        this.#wasWell = true;
      }
      // What it was well with once is no mistake: something took its port meanwhile, say.
      if (code === MISCONFIGURED && !this.#wasWell) return onEnd(MISCONFIGURED);
      this.#failures++;
      if (this.#failures > MOST_FAILURES) {
        say(`The server failed ${this.#failures} times in a row: giving up. The sandboxes keep running.`);
        return onEnd(1);
      }
      const waitMs = Math.min(MOST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#failures - 1));
      say(`The server ended (${signal ?? `code ${code}`}): starting it again in ${waitMs} ms.`);
      this.#retry = setTimeout(() => this.start(), waitMs);
    });
    onStart(child);
  }

  /** Asks it to finish, waits up to 10 s, then ends it. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#retry) clearTimeout(this.#retry);
    const child = this.#child;
    if (!child) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (child.connected) child.send({ notice: 'stopping' }, () => {});
    else child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(late);
  }
}
