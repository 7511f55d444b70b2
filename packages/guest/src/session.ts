/** Answers the server's requests: op → operation. Also the home of the streams that end with a connection. */
import type { ExecId, TerminalId } from '@sandglass/protocol';
import type { GuestOp, GuestOps, GuestRequestMessage, ServerMessage } from '@sandglass/protocol/guest';
import type { Accounts } from './accounts.ts';
import { Execs } from './execs.ts';
import { Files } from './files/files.ts';
import { GuestError, toGuestError } from './guestError.ts';
import { nameHost } from './hostName.ts';
import type { Link, LinkPeer } from './link.ts';
import { Pipes } from './pipes.ts';
import { listPorts } from './ports.ts';
import { listProcesses } from './processes.ts';
import { Services } from './services.ts';
import { Spawning } from './spawning.ts';
import { Terminals } from './terminals.ts';
import { Transfers } from './transfers.ts';
import { Watch } from './watch.ts';
import { Windows } from './windows/windows.ts';

export interface SessionOptions {
  readonly accounts: Accounts;
  /** Whose machine this is. */
  readonly user: string;
  /** Where the image keeps `desktop-start` and `browser-start`. */
  readonly servicesDirectory: string;
  /** Where pipes are made, instead of in memory. */
  readonly pipesDirectory?: string;
  /** Not shown among the sandbox's ports. */
  readonly hiddenPorts: ReadonlySet<number>;
  /** False in a test: then the host's own files stay as they are. */
  readonly ownsMachine: boolean;
  readonly openLink: (peer: LinkPeer) => Link;
}

/** Of display :1, where the images' screens are. */
const X_SOCKET = '/tmp/.X11-unix/X1';

type Operations = { [O in GuestOp]: (args: GuestOps[O][0]) => Promise<GuestOps[O][1]> | GuestOps[O][1] };

export class Session implements LinkPeer {
  readonly #options: SessionOptions;
  readonly #link: Link;
  readonly #spawning: Spawning;
  readonly #terminals: Terminals;
  readonly #pipes: Pipes;
  readonly #execs: Execs;
  readonly #files: Files;
  readonly #transfers: Transfers;
  readonly #services: Services;
  readonly #operations: Operations;
  #watch: Watch | null = null;
  #windows: Windows | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#link = options.openLink(this);
    this.#spawning = new Spawning(options.accounts);
    this.#terminals = new Terminals(this.#link, this.#spawning);
    this.#pipes = new Pipes(options.pipesDirectory === undefined ? undefined : [options.pipesDirectory]);
    this.#execs = new Execs(this.#link, this.#spawning, this.#pipes);
    this.#files = new Files(options.accounts, options.user);
    this.#transfers = new Transfers(this.#link, this.#files);
    this.#services = new Services(this.#spawning, options.user, options.servicesDirectory);
    this.#operations = this.#createOperations();
  }

  start(): void {
    this.#link.open();
    this.#pipes.prepare();
  }

  describe(): ReturnType<LinkPeer['describe']> {
    return { terminals: this.#terminals.describe(), execs: this.#execs.describe() };
  }

  handleMessage(message: ServerMessage): void {
    if (message.type === 'request') void this.#answer(message);
    else if (message.type === 'welcome') this.#tellWindows();
    else if (message.type === 'forget') this.#forget(message.id);
    else if (message.type === 'cancel') this.#transfers.cancel(message.stream);
    else if (message.type === 'end') {
      if (message.stream.startsWith('w/')) this.#transfers.end(message.stream);
      else this.#findInput(message.stream)?.end();
    }
  }

  handleData(stream: string, offset: number, bytes: Uint8Array): void {
    if (stream.startsWith('w/')) this.#transfers.receive(stream, offset, bytes);
    else this.#findInput(stream)?.write(offset, bytes);
  }

  handleAck(): void {}

  handleDisconnect(): void {
    this.#terminals.disconnected();
    this.#execs.disconnected();
    this.#transfers.disconnected();
  }

  #tellWindows(): void {
    if (this.#windows) this.#link.say({ type: 'windows', ...this.#windows.now });
  }

  #findInput(stream: string) {
    return stream.startsWith('trm_') ? this.#terminals.findInput(stream) : this.#execs.findInput(stream);
  }

  #forget(id: TerminalId | ExecId): void {
    if (id.startsWith('trm_')) this.#terminals.forget(id as TerminalId);
    else this.#execs.forget(id as ExecId);
  }

  async #answer({ id, op, args }: GuestRequestMessage): Promise<void> {
    try {
      const operation = this.#operations[op] as ((args: unknown) => unknown) | undefined;
      if (!operation) throw new GuestError('notSupported', `This guest does not know ${op}.`);
      const result = operation(args);
      // Not awaited when it is there already: the reply must leave before the first output of what was started.
      this.#link.say({ type: 'reply', id, result: result instanceof Promise ? await result : result });
    } catch (error) {
      const { code, message } = toGuestError(error);
      this.#link.say({ type: 'error', id, code, message: message.slice(0, 1000) });
    }
  }

  #createOperations(): Operations {
    const files = this.#files;
    return {
      configure: (args) => this.#configure(args),
      openTerminal: (args) => ({ pid: this.#terminals.open(args) }),
      resizeTerminal: ({ terminal, columns, rows }) => ({ end: this.#terminals.resize(terminal, columns, rows) }),
      closeTerminal: ({ terminal }) => {
        this.#terminals.close(terminal);
        return {};
      },
      startExec: async (args) => ({ pid: await this.#execs.start(args) }),
      signalExec: ({ exec, signal }) => {
        this.#execs.signal(exec, signal);
        return {};
      },
      processes: async () => ({ items: await listProcesses(this.#options.accounts) }),
      signalProcess: ({ pid, signal }) => {
        signalProcess(pid, signal);
        return {};
      },
      ports: async () => ({
        items: await listPorts(this.#options.hiddenPorts, (uid) => this.#options.accounts.canBecome(uid)),
      }),
      stat: async ({ path, terminal }) =>
        await files.entries.stat(path, terminal && (await this.#terminals.directory(terminal))),
      list: ({ path, limit, after }) => files.entries.list(path, limit, after),
      read: (args) => this.#transfers.startRead(args),
      write: (args) => this.#transfers.startWrite(args),
      makeDirectory: ({ path, user }) => files.makeDirectory(path, user),
      move: (args) => files.move(args),
      remove: async ({ path, recursive }) => {
        await files.remove(path, recursive);
        return {};
      },
      trash: ({ paths, copy }) => files.trash(paths, copy === true),
      listTrash: async () => ({ items: await files.listTrash() }),
      restoreTrash: ({ ids, overwrite }) => files.restoreTrash(ids, overwrite),
      emptyTrash: async () => {
        await files.emptyTrash();
        return {};
      },
      find: async (args) => {
        await this.#transfers.startFind(args);
        return {};
      },
      readArchive: async (args) => {
        await this.#transfers.startPack(args);
        return {};
      },
      writeArchive: (args) => this.#transfers.startUnpack(args),
    };
  }

  async #configure(args: GuestOps['configure'][0]): Promise<GuestOps['configure'][1]> {
    const screen: Record<string, string> = this.#services.hasScreen && args.screen ? { DISPLAY: ':1' } : {};
    this.#spawning.configure({ ...screen, ...args.environment });
    const size: Record<string, string> = args.screen
      ? { SANDGLASS_SCREEN_WIDTH: String(args.screen.width), SANDGLASS_SCREEN_HEIGHT: String(args.screen.height) }
      : {};
    this.#services.start({ ...args.environment, ...size }, { screen: args.screen !== null });
    if (this.#services.drawsWindows && args.screen && !this.#windows) {
      this.#windows = new Windows(X_SOCKET, {
        windows: () => this.#tellWindows(),
        pointer: (pointer) => this.#link.say({ type: 'pointer', ...pointer }),
      });
      this.#windows.open();
    }
    if (this.#options.ownsMachine) await nameHost(args.hostname);
    if (args.watch && !this.#watch) {
      this.#watch = new Watch(this.#options.accounts.find(this.#options.user).home, (changes, dropped) => {
        this.#link.say({ type: 'files', changes, dropped });
      });
      await this.#watch.open();
    }
    return {};
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  if (pid === process.pid || pid === 1) {
    throw new GuestError('forbidden', 'This process keeps the sandbox alive; kill the sandbox instead.');
  }
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH')
      throw new GuestError('notFound', `There is no process ${pid}.`);
    throw toGuestError(error);
  }
}
