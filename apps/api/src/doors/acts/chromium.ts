/** The Chromium of a sandbox: a socket to its developer tools. It is started if it does not run. */
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError, isAppError, type SandboxId } from '@sandglass/protocol';
import { WebSocket } from 'ws';
import type { Caller, Services } from '../../services.ts';
import type { Pause } from './pause.ts';

export interface ChromiumOptions {
  readonly services: Pick<Services, 'machine' | 'execs' | 'sandboxes'>;
  readonly caller: Caller;
  readonly sandbox: SandboxId;
  readonly pause: Pause;
  readonly maxMessageBytes: number;
  readonly handshakeMs: number;
}

const CDP_PORT = 9222;
const START_MS = 20_000;
const LOOK_MS = 100;
const TIMEOUT_MS = 30_000;
const MAX_VERSION_BYTES = 65_536;

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
    await pause(LOOK_MS);
  }
}

async function open({ services, sandbox, maxMessageBytes, handshakeMs }: ChromiumOptions): Promise<WebSocket> {
  const path = await readDebuggerPath(await services.machine.connectPort(sandbox, CDP_PORT));
  const stream = await services.machine.connectPort(sandbox, CDP_PORT);
  const socket = new WebSocket(`ws://127.0.0.1:${CDP_PORT}${path}`, {
    createConnection: () => stream as never,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    handshakeTimeout: handshakeMs,
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

/** `/devtools/browser/…`, as it says itself. */
function readDebuggerPath(stream: Duplex): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port: CDP_PORT,
        path: '/json/version',
        createConnection: () => stream as never,
        timeout: TIMEOUT_MS,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
          if (text.length > MAX_VERSION_BYTES) asked.destroy(new Error('what answers on this port is no browser'));
        });
        response.on('error', reject);
        response.on('end', () => {
          const match = /"webSocketDebuggerUrl":\s*"ws:\/\/[^/"]+(\/devtools\/browser\/[\w-]+)"/.exec(text);
          stream.destroy();
          if (match?.[1]) resolve(match[1]);
          else reject(new AppError('unavailable', `What listens on port ${CDP_PORT} of the sandbox is no browser.`));
        });
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('the browser does not answer')));
    asked.on('error', reject);
    asked.end();
  });
}
