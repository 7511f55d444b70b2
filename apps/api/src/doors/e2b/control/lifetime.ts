/** Pause, resume, connect, timeout, kill. */
import { AppError, type CheckpointId, type Sandbox } from '@sandglass/protocol';
import { z } from 'zod';
import { readJson } from '../exchange.ts';
import type { Asked, Control } from './context.ts';
import { DEFAULT_TIMEOUT_S, Seconds } from './creating.ts';
import { living } from './living.ts';
import { isPaused, sandboxShape } from './shapes.ts';

type Answer = { status: number; body?: unknown };

export async function kill(control: Control, asked: Asked): Promise<Answer> {
  const { id } = living(control, asked);
  await control.services.sandboxes.kill(asked.caller, id);
  return { status: 204 };
}

/** From now, longer or shorter. */
export async function setTimeout(control: Control, asked: Asked): Promise<Answer> {
  const { timeout } = await readJson(asked, z.object({ timeout: Seconds }));
  const { id } = living(control, asked);
  await control.services.sandboxes.update(asked.caller, id, { ttlMs: timeout * 1_000 });
  return { status: 204 };
}

export async function refresh(control: Control, asked: Asked): Promise<Answer> {
  const { duration } = await readJson(asked, z.object({ duration: Seconds.default(DEFAULT_TIMEOUT_S) }));
  await extend(control, asked, living(control, asked), duration);
  return { status: 204 };
}

const Pause = z.object({ memory: z.boolean().default(true) });

export async function pause(control: Control, asked: Asked): Promise<Answer> {
  const { memory } = await readJson(asked, Pause);
  const sandbox = living(control, asked);
  if (isPaused(sandbox, control.facts.of(sandbox)))
    throw new AppError('conflict', `Sandbox ${asked.params[0]} is already paused.`);
  if (sandbox.capabilities.freeze === 'none')
    throw new AppError('notSupported', 'Sandboxes cannot be paused on this host.');
  const { sandboxes, checkpoints } = control.services;
  // What is paused waits for as long as it takes.
  if (sandbox.expiresAtMs !== null) await sandboxes.update(asked.caller, sandbox.id, { ttlMs: null });
  if (!memory) {
    const kept = await checkpoints.create(asked.caller, sandbox.id, { name: 'paused' });
    await control.facts.change(sandbox, { rebootFrom: kept.id });
  }
  await control.facts.change(sandbox, { paused: true });
  await sandboxes.freeze(asked.caller, sandbox.id);
  return { status: 204 };
}

const Connect = z.object({
  timeout: Seconds.optional(),
  memory: z.boolean().optional(),
  autoPause: z.boolean().optional(),
});

/** 200 when it was running, 201 when it had to be resumed. */
export async function connect(control: Control, asked: Asked): Promise<Answer> {
  const { timeout = DEFAULT_TIMEOUT_S, memory } = await readJson(asked, Connect);
  const sandbox = living(control, asked);
  const paused = isPaused(sandbox, control.facts.of(sandbox));
  if (paused) await resume(control, asked, sandbox, { timeout, reboot: memory === false });
  else await extend(control, asked, sandbox, timeout);
  const now = control.services.sandboxes.get(sandbox.id);
  const { facts, domain } = control;
  const { principal } = asked;
  const { token: maker, connectedBy } = facts.of(sandbox);
  if (maker === '' && connectedBy !== principal.token.id)
    await facts.change(sandbox, { connectedBy: principal.token.id });
  return { status: paused ? 201 : 200, body: sandboxShape(now, { facts, principal, domain: domain() }) };
}

/** The older way to say connect; of one that runs it is a conflict. */
export async function resumeOnly(control: Control, asked: Asked): Promise<Answer> {
  const sandbox = living(control, asked);
  if (!isPaused(sandbox, control.facts.of(sandbox)))
    throw new AppError('conflict', `Sandbox ${asked.params[0]} is already running.`);
  return await connect(control, asked);
}

export async function resume(
  control: Control,
  { caller }: Pick<Asked, 'caller'>,
  sandbox: Sandbox,
  options: { timeout: number; reboot?: boolean },
): Promise<void> {
  const { sandboxes, checkpoints } = control.services;
  await sandboxes.thaw(caller, sandbox.id);
  await control.facts.change(sandbox, { paused: false });
  await sandboxes.update(caller, sandbox.id, { ttlMs: options.timeout * 1_000 });
  const kept = control.facts.of(sandbox).rebootFrom as CheckpointId | null;
  if (kept === null && options.reboot !== true) return;
  // A cold start: the files as they were, and nothing that ran.
  const from = kept ?? (await checkpoints.create(caller, sandbox.id, { name: 'reboot' })).id;
  await checkpoints.restore(caller, sandbox.id, from);
  if (kept !== null) await control.facts.change(sandbox, { rebootFrom: null });
}

/** Only ever later. */
async function extend(control: Control, { caller }: Asked, sandbox: Sandbox, timeoutS: number): Promise<void> {
  const untilMs = control.now() + timeoutS * 1_000;
  if (sandbox.expiresAtMs === null || sandbox.expiresAtMs >= untilMs) return;
  await control.services.sandboxes.update(caller, sandbox.id, { ttlMs: timeoutS * 1_000 });
}
