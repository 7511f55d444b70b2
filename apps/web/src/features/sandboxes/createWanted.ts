import type { Sandglass } from '@sandglass/client';
import type { CreateSandbox, Sandbox } from '@sandglass/protocol';

/** Memory checkpoints of gigabytes take their time to come back. */
const TIMEOUT_MS = 300_000;

export const CANCELLED = new Error('The creation was cancelled.');

export interface Wanted {
  readonly client: Pick<Sandglass, 'request'>;
  readonly body: CreateSandbox;
  /** Aborted when the sandbox is not wanted any more. */
  readonly signal: AbortSignal;
  readonly onKilled: (sandbox: Sandbox) => void;
}

/** Creates a sandbox and waits for it, also when it is not wanted any more: then it is killed. @throws CANCELLED when it has been */
export async function createWanted({ client, body, signal, onKilled }: Wanted): Promise<Sandbox> {
  const sandbox = await client.request('createSandbox', { body, timeoutMs: TIMEOUT_MS }).catch((error: unknown) => {
    throw signal.aborted ? CANCELLED : error;
  });
  if (!signal.aborted) return sandbox;
  onKilled(await client.request('killSandbox', { params: { sandbox: sandbox.id } }));
  throw CANCELLED;
}
