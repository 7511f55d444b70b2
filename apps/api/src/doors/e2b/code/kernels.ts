/** The kernels of a sandbox: a small server in its image, on a port that is not shown to anybody. */
import { once } from 'node:events';
import { type IncomingMessage, request as sendRequest } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError, isAppError, type SandboxId } from '@sandglass/protocol';
import type { Services } from '../../../services.ts';

export const KERNEL_PORT = 49_999;
/** Of a sandbox that has just begun it takes a moment; on a busy host, several. */
const STARTS_WITHIN_MS = 40_000;
const LOOK_AGAIN_MS = 100;

export interface KernelRequest {
  readonly machine: Services['machine'];
  readonly sandbox: SandboxId;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** @throws AppError `unavailable` when nothing answers there. */
export async function askKernels(asked: KernelRequest): Promise<IncomingMessage> {
  const socket = await connect(asked);
  const outgoing = sendRequest({
    createConnection: () => socket,
    method: asked.method,
    path: asked.path,
    headers: { host: 'localhost', connection: 'close', 'content-type': 'application/json' },
  });
  outgoing.end(asked.body === undefined ? undefined : JSON.stringify(asked.body));
  try {
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return response;
  } catch (error) {
    throw lost(error);
  }
}

export const lost = (cause: unknown): AppError =>
  new AppError('unavailable', 'The kernels of this sandbox went away. Run the code again.', { cause });

async function connect({ machine, sandbox }: KernelRequest) {
  const untilMs = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    try {
      return await machine.connectPort(sandbox, KERNEL_PORT);
    } catch (error) {
      if (!isAppError(error) || error.code !== 'portClosed') throw error;
      if (performance.now() > untilMs)
        throw new AppError('unavailable', 'The kernels of this sandbox do not start. Look at its processes.', {
          cause: error,
        });
    }
    await wait(LOOK_AGAIN_MS);
  }
}
