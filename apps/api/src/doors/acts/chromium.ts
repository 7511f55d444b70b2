/** The Chromium of a sandbox: a socket to its developer tools. It is started if it does not run. */
import { AppError, isAppError, type SandboxId } from '@sandglass/protocol';
import type { WebSocket } from 'ws';
import { DEBUGGER_PORT, openDebugger } from '../../devtools/debuggerSocket.ts';
import { browserCommand } from '../../sandboxes/birth.ts';
import type { Caller, Services } from '../../services.ts';
import type { Pause } from './pause.ts';

export interface ChromiumOptions {
  readonly services: Pick<Services, 'machine' | 'execs' | 'sandboxes'>;
  readonly caller: Caller;
  readonly sandbox: SandboxId;
  readonly pause: Pause;
  readonly maxMessageBytes: number;
  readonly handshakeMs: number;
  /** The client on this socket is somebody's own, and may hold new tabs until it has prepared them. */
  readonly holdsTabs: boolean;
}

const START_MS = 20_000;
/** A busy machine takes its time: as long as it runs, and has not listened yet. */
const SLOW_START_MS = 120_000;
const LOOK_MS = 100;

export async function openChromium(options: ChromiumOptions): Promise<WebSocket> {
  try {
    return await open(options);
  } catch (error) {
    if (!isAppError(error) || error.code !== 'portClosed') throw error;
    return await start(options);
  }
}

/** On a desktop the browser runs when somebody starts it. */
async function start(options: ChromiumOptions): Promise<WebSocket> {
  const { services, caller, sandbox, pause } = options;
  const { command, environment } = browserCommand(services.sandboxes.get(sandbox));
  const { id } = await services.execs.start(caller, sandbox, { command, environment, wait: false });
  for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
    try {
      return await open(options);
    } catch (error) {
      const runs = services.execs.get(sandbox, id).exit === null;
      if (waitedMs >= (runs ? SLOW_START_MS : START_MS))
        throw new AppError(
          'timeout',
          runs
            ? 'The browser was started and does not answer yet. The machine may be busy; try again.'
            : 'The browser ended before it answered. Try again.',
          { cause: error },
        );
    }
    await pause(LOOK_MS);
  }
}

const open = ({ services, sandbox, maxMessageBytes, handshakeMs, holdsTabs }: ChromiumOptions): Promise<WebSocket> =>
  openDebugger({
    connect: () => services.machine.connectPort(sandbox, DEBUGGER_PORT, { holdsTabs }),
    maxMessageBytes,
    handshakeMs,
  });
