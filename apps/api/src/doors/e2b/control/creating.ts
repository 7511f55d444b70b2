/** Making sandboxes: new ones, and forks of one that goes on. */
import { AppError, CreateSandbox, type Sandbox, toAppError } from '@sandglass/protocol';
import { z } from 'zod';
import { goneSignal } from '../../../http/gone.ts';
import { prepareDesktop } from '../desktop.ts';
import { controlStatus } from '../errors.ts';
import { readJson } from '../exchange.ts';
import { type Facts, Network } from '../facts.ts';
import { findTemplate } from '../templates.ts';
import type { Asked, Control } from './context.ts';
import { living } from './living.ts';
import { policyOf } from './network.ts';
import { sandboxShape } from './shapes.ts';

/** The vendor's own default differs by version; its older clients always say it. */
export const DEFAULT_TIMEOUT_S = 300;
/** Made at once; the host has few processors and the rest waits its turn. */
const FORKS_AT_ONCE = 4;

export const Seconds = z.number().int().min(0).max(2_592_000);
const Body = z.object({
  templateID: z.string().min(1).max(256),
  timeout: Seconds.optional(),
  metadata: z.record(z.string().max(256), z.string().max(4_096)).nullish(),
  envVars: z.record(z.string(), z.string()).nullish(),
  autoPause: z.boolean().optional(),
  autoPauseMemory: z.boolean().optional(),
  autoResume: z.object({ enabled: z.boolean() }).nullish(),
  allow_internet_access: z.boolean().nullish(),
  network: Network.nullish(),
  mcp: z.unknown().optional(),
  iam: z.unknown().optional(),
  volumeMounts: z.array(z.unknown()).nullish(),
});

export async function create(control: Control, asked: Asked): Promise<{ status: number; body: unknown }> {
  const body = await readJson(asked, Body);
  for (const [name, given] of Object.entries({ mcp: body.mcp, iam: body.iam }))
    if (given !== undefined && given !== null) throw new AppError('badRequest', `${name} is not supported here.`);
  if (body.volumeMounts && body.volumeMounts.length > 0)
    throw new AppError(
      'badRequest',
      'Volumes are not supported here. Put files in with files.write, or keep a snapshot.',
    );
  const source = await findTemplate(control.services, body.templateID);
  const network = body.network ?? {};
  const allowInternet = control.allowsInternet && (body.allow_internet_access ?? true);
  const facts: Facts = {
    token: asked.principal.token.id,
    connectedBy: '',
    template: body.templateID,
    metadata: body.metadata ?? {},
    autoResume: body.autoResume?.enabled ?? false,
    network,
    allowInternet,
    paused: false,
    rebootFrom: null,
    fileMetadata: false,
  };
  const wanted = parse({
    ...source,
    labels: labelsOf(facts.metadata),
    environment: body.envVars ?? {},
    egress: policyOf(network, allowInternet),
    ttlMs: Math.max(1, body.timeout ?? DEFAULT_TIMEOUT_S) * 1_000,
    ...(body.autoPause === true ? { whenExpired: 'freeze' as const } : {}),
  });
  const sandbox = await control.services.sandboxes.create(
    asked.caller,
    wanted,
    goneSignal(asked.response, 'The client'),
  );
  await control.facts.save(sandbox.id, facts);
  if ('image' in source && source.image === 'desktop')
    await prepareDesktop(control.services.execs, asked.caller, sandbox.id);
  return { status: 201, body: shape(control, asked, sandbox) };
}

const Fork = z.object({ timeout: Seconds.optional(), count: z.number().int().min(1).max(100).default(1) });

export async function fork(control: Control, asked: Asked): Promise<{ status: number; body: unknown }> {
  const { timeout, count } = await readJson(asked, Fork);
  const parent = living(control, asked);
  const { checkpoint } = parent.capabilities;
  // As the vendor: what runs goes on in each of them, where this host can do that.
  const at = await control.services.checkpoints.create(asked.caller, parent.id, {
    name: 'fork',
    ...(checkpoint.memory ? { memory: true } : {}),
  });
  const results: unknown[] = new Array(count);
  let next = 0;
  const one = async (): Promise<unknown> => {
    try {
      const facts: Facts = {
        ...control.facts.of(parent),
        token: asked.principal.token.id,
        paused: false,
        rebootFrom: null,
      };
      const sandbox = await control.services.sandboxes.create(
        asked.caller,
        parse({
          checkpoint: at.id,
          labels: parent.labels,
          ttlMs: Math.max(1, timeout ?? DEFAULT_TIMEOUT_S) * 1_000,
          ...(parent.whenExpired === undefined ? {} : { whenExpired: parent.whenExpired }),
        }),
      );
      await control.facts.save(sandbox.id, facts);
      return { sandbox: shape(control, asked, sandbox) };
    } catch (thrown) {
      const error = toAppError(thrown);
      return { error: { code: controlStatus(error), message: error.message } };
    }
  };
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) results[index] = await one();
  };
  await Promise.all(Array.from({ length: Math.min(FORKS_AT_ONCE, count) }, worker));
  return { status: 201, body: results };
}

/** Whatever the vendor lets pass and our own routes would not is refused in the same words. */
function parse(body: unknown): CreateSandbox {
  const result = CreateSandbox.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new AppError('badRequest', `${issue?.path.map(String).join('.')}: ${issue?.message}`);
}

/** So that metadata can be seen and searched in the console: what fits a label is one. */
function labelsOf(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const fitting = Object.entries(metadata).flatMap(([key, value]): [string, string][] => {
    const label = key.toLowerCase();
    return /^[a-z0-9][a-z0-9._/-]{0,62}$/.test(label) && value.length <= 256 ? [[label, value]] : [];
  });
  return Object.fromEntries(fitting.slice(0, 32));
}

const shape = (control: Control, { principal }: Asked, sandbox: Sandbox) =>
  sandboxShape(sandbox, { facts: control.facts, principal, domain: control.domain() });
