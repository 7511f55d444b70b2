/** A real X server with a VNC screen on a unix socket, for tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BINARY = '/usr/bin/Xtigervnc';
/** The server and the programs the tests look at it with. */
export const hasXServer = [BINARY, '/usr/bin/xterm', '/usr/bin/xdotool', '/usr/bin/xclip'].every((path) =>
  existsSync(path),
);

export interface XServer extends AsyncDisposable {
  /** For `DISPLAY`. */
  readonly display: string;
  readonly process: ChildProcess;
  openScreen(): Promise<Socket>;
  openX(): Promise<Socket>;
  /** Starts a program on this display; it ends with the server. */
  run(command: string, args: readonly string[]): ChildProcess;
}

export async function startXServer(size = { width: 640, height: 480 }): Promise<XServer> {
  const directory = mkdtempSync(join(tmpdir(), 'sandglass-x-'));
  const vncPath = join(directory, 'vnc.sock');
  const flags = `-geometry ${size.width}x${size.height} -depth 24 -rfbport -1 -rfbunixpath ${vncPath} -rfbunixmode 0600
    -SecurityTypes None -AlwaysShared -AcceptSetDesktopSize=1 -nolisten tcp -noreset -ac -br -dpi 96 -FrameRate 60 -displayfd 3`;
  const server = spawn(BINARY, flags.split(/\s+/), { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await readDisplayNumber(server);
  const programs = new Set<ChildProcess>();
  const end = async (child: ChildProcess) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  return {
    display: `:${number}`,
    process: server,
    openScreen: () => connect(vncPath),
    openX: () => connect(`/tmp/.X11-unix/X${number}`),
    run(command, args) {
      const child = spawn(command, args, { env: { ...process.env, DISPLAY: `:${number}` }, stdio: 'ignore' });
      programs.add(child);
      return child;
    },
    async [Symbol.asyncDispose]() {
      for (const child of programs) await end(child);
      const exited = server.exitCode === null ? once(server, 'exit') : undefined;
      server.kill('SIGTERM');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function readDisplayNumber(server: ChildProcess): Promise<number> {
  let text = '';
  for await (const chunk of server.stdio[3] as NodeJS.ReadableStream) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  const number = Number.parseInt(text, 10);
  if (Number.isNaN(number)) throw new Error('the X server did not start');
  return number;
}

async function connect(path: string): Promise<Socket> {
  const socket = createConnection(path);
  await once(socket, 'connect');
  return socket;
}
