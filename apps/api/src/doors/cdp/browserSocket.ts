/** A socket to the Chromium of a sandbox, which is started if it does not run. */
import { AppError, isAppError, type SandboxId } from '@sandglass/protocol';
import { WebSocket } from 'ws';
import type { Caller, Services } from '../../services.ts';
import { CDP_PORT, readDebuggerPath } from '../mcp/browser/cdp.ts';

export interface BrowserSocketOptions {
  readonly services: Pick<Services, 'machine' | 'execs' | 'sandboxes'>;
  readonly caller: Caller;
  readonly sandbox: SandboxId;
}

const START_MS = 20_000;
const LOOK_MS = 100;
/** Screenshots and traces come as one message. */
const MAX_MESSAGE_BYTES = 256 * 1_048_576;

export async function openBrowserSocket(options: BrowserSocketOptions): Promise<WebSocket> {
  try {
    return await open(options);
  } catch (error) {
    if (!isAppError(error) || error.code !== 'portClosed') throw error;
  }
  const { services, caller, sandbox } = options;
  if (services.sandboxes.get(sandbox).screen === null)
    throw new AppError('notSupported', 'This sandbox has no browser. Create one from the image desktop or browser.');
  await services.execs.start(caller, sandbox, {
    command: ['chromium', 'about:blank'],
    environment: { DISPLAY: ':1' },
    wait: false,
  });
  for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
    try {
      return await open(options);
    } catch (error) {
      if (waitedMs >= START_MS)
        throw new AppError('timeout', 'The browser did not start in time. Try again.', { cause: error });
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function open({ services, sandbox }: BrowserSocketOptions): Promise<WebSocket> {
  const path = await readDebuggerPath(await services.machine.connectPort(sandbox, CDP_PORT));
  const stream = await services.machine.connectPort(sandbox, CDP_PORT);
  const socket = new WebSocket(`ws://127.0.0.1:${CDP_PORT}${path}`, {
    createConnection: () => stream as never,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handshakeTimeout: START_MS,
  });
  await new Promise<void>((resolve, reject) => {
    const failed = () => reject(new AppError('unavailable', 'The browser of the sandbox does not answer.'));
    socket.once('open', () => {
      socket.off('error', failed).off('close', failed);
      resolve();
    });
    socket.once('error', failed).once('close', failed);
  });
  return socket;
}
