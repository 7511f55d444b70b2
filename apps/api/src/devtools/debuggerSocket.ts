/** A socket to the developer tools of the Chromium that listens in a sandbox. */
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '@sandglass/protocol';
import { WebSocket } from 'ws';

/** Where the images have their Chromium listen; it answers on the loopback alone, and no page may speak to it. */
export const DEBUGGER_PORT = 9222;
const TIMEOUT_MS = 30_000;
const MAX_VERSION_BYTES = 65_536;

export interface DebuggerOptions {
  /** A fresh stream to the port. @throws AppError `portClosed` when nothing listens there */
  readonly connect: () => Promise<Duplex>;
  readonly maxMessageBytes: number;
  readonly handshakeMs: number;
}

export async function openDebugger({ connect, maxMessageBytes, handshakeMs }: DebuggerOptions): Promise<WebSocket> {
  const path = await readDebuggerPath(await connect());
  const stream = await connect();
  const socket = new WebSocket(`ws://127.0.0.1:${DEBUGGER_PORT}${path}`, {
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
        port: DEBUGGER_PORT,
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
          else
            reject(new AppError('unavailable', `What listens on port ${DEBUGGER_PORT} of the sandbox is no browser.`));
        });
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('the browser does not answer')));
    asked.on('error', reject);
    asked.end();
  });
}
