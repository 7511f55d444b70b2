/** Lists, details, metrics, logs and snapshots. */
import { AppError, type LogEvent, type Sandbox } from '@sandglass/protocol';
import { z } from 'zod';
import { coversSandbox } from '../../../identity/roles.ts';
import { readJson } from '../exchange.ts';
import { Network, sandboxIdOf } from '../facts.ts';
import { allSandboxes, findSnapshot, snapshotNames, snapshots, templateNames } from '../templates.ts';
import type { Asked, Control } from './context.ts';
import { living } from './living.ts';
import { policyOf } from './network.ts';
import { listedShape, metricShapes, sandboxShape, snapshotShape } from './shapes.ts';

type Answer = { status: number; body?: unknown; headers?: Record<string, string> };

const MOST = 1_000;
const HOUR_MS = 3_600_000;

export async function list(control: Control, { query, principal }: Asked): Promise<Answer> {
  const states = (query.get('state') ?? 'running,paused').split(',');
  const template = query.get('template');
  const startedAfterMs = query.has('startedAfter') ? Date.parse(query.get('startedAfter')!) : Number.NEGATIVE_INFINITY;
  if (Number.isNaN(startedAfterMs)) throw new AppError('badRequest', 'startedAfter must be a time (RFC 3339).');
  // Keys and values are encoded once more, inside the one value that they are in the address.
  const wanted = [...new URLSearchParams(query.get('metadata') ?? '')].map((pair) => pair.map(decoded));
  const ascending = query.get('order') === 'asc';
  const nowMs = control.now();
  const matching = (await allSandboxes(control.services))
    .filter((sandbox) => coversSandbox(principal.token.scope, sandbox.id) && sandbox.phase !== 'killing')
    .map((sandbox) => ({ sandbox, shape: listedShape(sandbox, control.facts.of(sandbox), nowMs) }))
    .filter(({ sandbox, shape }) => {
      const metadata = shape.metadata as Record<string, string>;
      return (
        states.includes(shape.state) &&
        sandbox.createdAtMs > startedAfterMs &&
        (template === null || shape.templateID === template) &&
        wanted.every(([key = '', value]) => metadata[key] === value)
      );
    })
    .sort((a, b) => compare(a.sandbox, b.sandbox) * (ascending ? 1 : -1));
  return page(
    query,
    matching.map(({ shape }) => shape),
    (shape) => shape.sandboxID,
  );
}

/** Running ones only, all at once: the first version of the list. */
export async function listRunning(control: Control, asked: Asked): Promise<Answer> {
  asked.query.set('state', 'running');
  asked.query.set('limit', String(MOST));
  const { status, body } = await list(control, asked);
  return { status, body };
}

export async function details(control: Control, asked: Asked): Promise<Answer> {
  const sandbox = living(control, asked);
  const facts = control.facts.of(sandbox);
  const { principal } = asked;
  const shape = sandboxShape(sandbox, { facts: control.facts, principal, domain: control.domain() });
  return {
    status: 200,
    body: {
      ...listedShape(sandbox, facts, control.now()),
      domain: shape.domain,
      envdAccessToken: shape.envdAccessToken,
      allowInternetAccess: facts.allowInternet,
      network: { allowPublicTraffic: true, ...facts.network },
      lifecycle: { onTimeout: sandbox.whenExpired === 'freeze' ? 'pause' : 'kill', autoResume: facts.autoResume },
    },
  };
}

export async function metrics(control: Control, asked: Asked): Promise<Answer> {
  const { id, phase } = living(control, asked);
  const nowMs = control.now();
  const seconds = (name: string): number | undefined => {
    const text = asked.query.get(name);
    if (text === null) return undefined;
    if (!/^\d{1,12}$/.test(text)) throw new AppError('badRequest', `${name} must be a time in seconds.`);
    return Number(text) * 1_000;
  };
  const fromMs = seconds('start') ?? nowMs - HOUR_MS;
  const toMs = seconds('end') ?? nowMs;
  const past = control.services.sandboxes.statsHistory(id, Math.max(0, nowMs - fromMs));
  const now = phase === 'running' ? [await control.services.sandboxes.stats(id)] : [];
  const shown = metricShapes([...past, ...now]).filter(
    ({ timestampUnix }) => timestampUnix * 1_000 >= fromMs - 1_000 && timestampUnix * 1_000 <= toMs + 1_000,
  );
  return { status: 200, body: shown.slice(-MOST) };
}

/** Of several: `sandbox_ids=a,b`. */
export async function metricsOfMany(control: Control, asked: Asked): Promise<Answer> {
  const ids = (asked.query.get('sandbox_ids') ?? '').split(',').filter(Boolean).slice(0, 100);
  const entries = await Promise.all(
    ids.map(async (id) => {
      const { body } = await metrics(control, { ...asked, params: [id] }).catch(() => ({ body: [] }));
      return [id, (body as unknown[]).at(-1)] as const;
    }),
  );
  return { status: 200, body: { sandboxes: Object.fromEntries(entries.filter(([, metric]) => metric !== undefined)) } };
}

export async function logs(control: Control, asked: Asked): Promise<Answer> {
  const sandbox = living(control, asked);
  const limit = Math.min(Number(asked.query.get('limit') ?? MOST) || MOST, MOST);
  const events = control.services.sandboxes.log(sandbox.id).eventsOf(['call.asked', 'call.ended'], 1, MOST);
  const entries = events.slice(-limit).map(logEntry);
  return {
    status: 200,
    body: { logs: entries.map(({ timestamp, message }) => ({ timestamp, line: message })), logEntries: entries },
  };
}

function logEntry(event: LogEvent) {
  const { summary = '' } = event.data as { summary?: string };
  const failed = event.kind === 'call.ended' && !event.data.ok;
  return {
    timestamp: new Date(event.wallMs).toISOString(),
    level: failed ? 'error' : 'info',
    message: summary,
    fields: { kind: event.kind, actor: event.actor },
  };
}

export async function setNetwork(control: Control, asked: Asked): Promise<Answer> {
  const given = await readJson(asked, Network.extend({ allow_internet_access: z.boolean().nullish() }));
  const { allow_internet_access: allow, ...network } = given;
  const sandbox = living(control, asked);
  const allowInternet = control.allowsInternet && (allow ?? true);
  await control.services.sandboxes.update(asked.caller, sandbox.id, { egress: policyOf(network, allowInternet) });
  const { allowPublicTraffic, maskRequestHost, httpsPorts } = control.facts.of(sandbox).network;
  // Everything about what goes out is replaced; who may come in was said when it was made.
  const kept = {
    ...(allowPublicTraffic === undefined ? {} : { allowPublicTraffic }),
    ...(maskRequestHost === undefined ? {} : { maskRequestHost }),
    ...(httpsPorts === undefined ? {} : { httpsPorts }),
  };
  await control.facts.change(sandbox, { network: { ...kept, ...network }, allowInternet });
  return { status: 204 };
}

export async function takeSnapshot(control: Control, asked: Asked): Promise<Answer> {
  const { name } = await readJson(asked, z.object({ name: z.string().min(1).max(80).nullish() }));
  const sandbox = living(control, asked);
  const checkpoint = await control.services.checkpoints.create(asked.caller, sandbox.id, {
    ...(name ? { name } : {}),
    ...(sandbox.capabilities.checkpoint.memory ? { memory: true } : {}),
  });
  return { status: 201, body: snapshotShape({ sandbox: sandbox.id, checkpoint }) };
}

export async function listSnapshots(control: Control, { query }: Asked): Promise<Answer> {
  const of = query.get('sandboxID');
  const id = of === null ? undefined : sandboxIdOf(of);
  if (of !== null && !id) return { status: 200, body: [] };
  const name = query.get('name');
  const all = await snapshots(control.services, id).catch((error: unknown) => {
    if (id !== undefined) return [];
    throw error;
  });
  const named = all.filter((one) => name === null || snapshotNames(one.checkpoint).some((full) => full.includes(name)));
  return page(query, named.map(snapshotShape), (shape) => shape.snapshotID);
}

export async function removeTemplate(control: Control, asked: Asked): Promise<Answer> {
  const [name = ''] = asked.params;
  if (templateNames.includes(name)) throw new AppError('forbidden', `The template ${name} belongs to this server.`);
  const found = await findSnapshot(control.services, name);
  if (!found) throw new AppError('notFound', `There is no snapshot ${name.slice(0, 100)}.`);
  await control.services.checkpoints.remove(asked.caller, found.sandbox, found.checkpoint.id);
  return { status: 204 };
}

export async function alias(_control: Control, { params }: Asked): Promise<Answer> {
  const [name = ''] = params;
  if (!templateNames.includes(name)) throw new AppError('notFound', `There is no template ${name.slice(0, 100)}.`);
  return { status: 200, body: { templateID: name, public: true } };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const compare = (a: Sandbox, b: Sandbox): number => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1);

/** The cursor names the last one that was shown, so it stays good while others come and go. */
function page<T>(query: URLSearchParams, items: readonly T[], keyOf: (item: T) => string): Answer {
  const limit = Math.max(1, Math.min(Number(query.get('limit') ?? 100) || 100, MOST));
  const token = query.get('nextToken');
  const at = token ? items.findIndex((item) => keyOf(item) === token) : -1;
  if (token && at < 0) return { status: 200, body: [] };
  const shown = items.slice(at + 1, at + 1 + limit);
  const last = shown.at(-1);
  const more = last !== undefined && at + 1 + limit < items.length;
  return { status: 200, body: shown, ...(more ? { headers: { 'x-next-token': keyOf(last) } } : {}) };
}
