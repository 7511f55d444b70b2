/**
 * A program on a pseudo-terminal, through node-pty's native part alone. Its JavaScript destroys the terminal 200 ms after the
 * program's exit, read or not, and so loses the end of what a paused reader has not fetched.
 */
import { chownSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { ReadStream } from 'node:tty';
import { fileURLToPath } from 'node:url';
import type { Exit } from '@sandglass/protocol';
import { type Place, withChildScore } from './spawning.ts';

interface Native {
  fork(
    file: string,
    args: readonly string[],
    environment: readonly string[],
    cwd: string,
    columns: number,
    rows: number,
    uid: number,
    gid: number,
    utf8: boolean,
    helperPath: string,
    onExit: (code: number, signal: number) => void,
  ): { fd: number; pid: number; pty: string };
  resize(fd: number, columns: number, rows: number): void;
}

let native: Native | undefined;
/** Loaded at the first terminal: most sandboxes are asked to exec before anybody opens one. */
function loadNative(): Native {
  if (native) return native;
  const beside = fileURLToPath(new URL('pty.node', import.meta.url));
  const require = createRequire(import.meta.url);
  native = require(
    existsSync(beside) ? beside : `@lydell/node-pty-${process.platform}-${process.arch}/pty.node`,
  ) as Native;
  return native;
}

export interface PseudoTerminal {
  readonly pid: number;
  /** Both directions. `error` EIO or `close`: nobody holds the other side any more. */
  readonly stream: ReadStream;
  resize(columns: number, rows: number): void;
  close(): void;
}

export function openPseudoTerminal(options: {
  readonly command: readonly string[];
  readonly place: Place;
  readonly columns: number;
  readonly rows: number;
  readonly onExit: (exit: Exit) => void;
}): PseudoTerminal {
  const { place, columns, rows } = options;
  const [file, ...args] = options.command;
  const pty = loadNative();
  const environment = Object.entries({ ...place.environment, PWD: place.cwd }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const uid = place.ids?.uid ?? -1;
  const gid = place.ids?.gid ?? -1;
  const {
    fd,
    pid,
    pty: path,
  } = withChildScore(() =>
    pty.fork(file!, args, environment, place.cwd, columns, rows, uid, gid, false, '', (code, signal) =>
      options.onExit(signal === 0 ? { code, signal: null } : { code: null, signal: signalName(signal) }),
    ),
  );
  // Programs such as tmux, gpg and script open the terminal by its name, as the user.
  if (place.ids) {
    try {
      chownSync(path, uid, gid);
    } catch {
      // Gone already, or a file system without owners.
    }
  }
  const stream = new ReadStream(fd);
  return {
    pid,
    stream,
    resize: (newColumns, newRows) => {
      if (!stream.destroyed) pty.resize(fd, newColumns, newRows);
    },
    close: () => stream.destroy(),
  };
}

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `SIG${number}`;
}
