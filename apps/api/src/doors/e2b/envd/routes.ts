/** What answers on the port of envd: two Connect services and a few plain addresses. */
import { randomBytes } from 'node:crypto';
import { AppError, toAppError } from '@sandglass/protocol';
import type { z } from 'zod';
import { goneSignal } from '../../../http/gone.ts';
import { connectError, contentStatus, notServed, statusOfConnect } from '../errors.ts';
import { type Exchange, header, parseJson, readBody, sendJson, sendNothing } from '../exchange.ts';
import { download, upload } from './content.ts';
import * as filesystem from './filesystem.ts';
import { parseOpening } from './frames.ts';
import type { Inside } from './inside.ts';
import * as processes from './processes.ts';
import { ServerStream } from './serverStream.ts';
import * as watching from './watching.ts';

interface Unary {
  readonly kind: 'unary';
  readonly schema: z.ZodType;
  readonly answer: (inside: Inside, request: never) => Promise<object>;
}
interface Streaming {
  readonly kind: 'stream';
  readonly schema: z.ZodType;
  readonly keepalive: unknown;
  readonly answer: (inside: Inside, stream: ServerStream, request: never) => Promise<void>;
}

function unary<S extends z.ZodType>(
  schema: S,
  answer: (inside: Inside, request: z.output<S>) => Promise<object>,
): Unary {
  return { kind: 'unary', schema, answer: answer as Unary['answer'] };
}
function streaming<S extends z.ZodType>(
  schema: S,
  keepalive: unknown,
  answer: (inside: Inside, stream: ServerStream, request: z.output<S>) => Promise<void>,
): Streaming {
  return { kind: 'stream', schema, keepalive, answer: answer as Streaming['answer'] };
}

const watchers = new watching.Watchers(() => randomBytes(10).toString('hex'));

const methods: Readonly<Record<string, Unary | Streaming>> = {
  '/process.Process/Start': streaming(processes.Start, processes.keepalive, processes.start),
  '/process.Process/Connect': streaming(processes.Select, processes.keepalive, processes.connect),
  '/process.Process/List': unary(processes.Nothing, async ({ programs, sandbox }) => ({
    processes: programs.list(sandbox.id),
  })),
  '/process.Process/SendInput': unary(processes.SendInput, processes.sendInput),
  '/process.Process/CloseStdin': unary(processes.Select, processes.closeStdin),
  '/process.Process/Update': unary(processes.Update, processes.update),
  '/process.Process/SendSignal': unary(processes.SendSignal, processes.sendSignal),
  '/filesystem.Filesystem/Stat': unary(filesystem.ByPath, filesystem.stat),
  '/filesystem.Filesystem/MakeDir': unary(filesystem.ByPath, filesystem.makeDirectory),
  '/filesystem.Filesystem/Move': unary(filesystem.Move, filesystem.move),
  '/filesystem.Filesystem/Remove': unary(filesystem.ByPath, filesystem.remove),
  '/filesystem.Filesystem/ListDir': unary(filesystem.List, filesystem.listDirectory),
  '/filesystem.Filesystem/WatchDir': streaming(watching.Watch, watching.watchKeepalive, watching.watchDirectory),
  '/filesystem.Filesystem/CreateWatcher': unary(watching.Watch, (inside, request) => watchers.create(inside, request)),
  '/filesystem.Filesystem/GetWatcherEvents': unary(watching.ByWatcher, (inside, request) =>
    watchers.events(inside, request),
  ),
  '/filesystem.Filesystem/RemoveWatcher': unary(watching.ByWatcher, (inside, request) =>
    watchers.remove(inside, request),
  ),
};

/** Held by the gate where that is shut, so also of a sandbox that a person froze. What only looks waits here instead. */
const gated = new Set([
  '/process.Process/Start',
  '/process.Process/SendInput',
  '/process.Process/SendSignal',
  '/filesystem.Filesystem/MakeDir',
  '/filesystem.Filesystem/Move',
  '/filesystem.Filesystem/Remove',
  '/files',
]);

/** For what only looks, and is held by no gate. */
export async function untilAwake({ services, sandbox, exchange }: Inside): Promise<void> {
  const isAsleep = () => ['frozen', 'freezing', 'thawing'].includes(services.sandboxes.get(sandbox.id).phase);
  if (!isAsleep()) return;
  const gone = goneSignal(exchange.response, 'The client');
  await new Promise<void>((resolve) => {
    const stop = services.sandboxes.onChange(({ id }) => {
      if (id === sandbox.id && !isAsleep()) finish();
    });
    const finish = () => {
      stop();
      gone.removeEventListener('abort', finish);
      resolve();
    };
    gone.addEventListener('abort', finish, { once: true });
  });
}

export const servedInside = [...Object.keys(methods), '/files', '/health', '/metrics', '/envs'];

export const isConnect = ({ path }: Pick<Exchange, 'path'>): boolean => /^\/[a-z.]+\.[A-Z]\w*\/\w+$/.test(path);

/** Answers one request; every failure of it is answered too. */
export async function answerInside(inside: Inside): Promise<void> {
  const { exchange } = inside;
  const { path, method } = exchange;
  const rpc = methods[path];
  if (!gated.has(path)) await untilAwake(inside);
  if (rpc && method === 'POST')
    return rpc.kind === 'unary' ? await callUnary(inside, rpc) : await callStream(inside, rpc);
  if (isConnect(exchange))
    return refuse(exchange, notServed(`${path} is not served here. Served: ${servedInside.join(', ')}.`));
  try {
    if (path === '/files' && (method === 'GET' || method === 'HEAD')) return await download(inside);
    if (path === '/files' && method === 'POST') return await upload(inside);
    if (path === '/metrics' && method === 'GET') return sendJson(exchange, 200, await metrics(inside));
    if (path === '/envs' && method === 'GET') return sendJson(exchange, 200, inside.sandbox.environment);
    throw new AppError(
      'notFound',
      `There is no ${method} ${path.slice(0, 100)} here. Served: ${servedInside.join(', ')}.`,
    );
  } catch (error) {
    fail(inside, error);
  }
}

function fail(inside: Inside, error: unknown): void {
  if (toAppError(error).code === 'internal') inside.onError(error);
  refuse(inside.exchange, error);
}

export function health(exchange: Exchange): void {
  sendNothing(exchange, 204);
}

/** In the shape that the asked address has. */
export function refuse(exchange: Exchange, thrown: unknown): void {
  const error = toAppError(thrown);
  if (!isConnect(exchange)) {
    const status = contentStatus(error);
    sendJson(exchange, status, { code: status, message: error.message });
    return;
  }
  const body = connectError(error);
  if ((header(exchange, 'content-type') ?? '').startsWith('application/connect+')) {
    const stream = new ServerStream(exchange, {});
    stream.end(error);
    exchange.request.resume();
  } else sendJson(exchange, statusOfConnect(body.code), body);
}

async function callUnary(inside: Inside, { schema, answer }: Unary): Promise<void> {
  const { exchange } = inside;
  try {
    const type = header(exchange, 'content-type') ?? '';
    if (!type.startsWith('application/json'))
      throw notServed(`Messages of type ${type.slice(0, 60)} are not read here; use JSON.`);
    const bytes = await readBody(exchange.request);
    const request = parseJson(bytes.length === 0 ? '{}' : bytes.toString('utf8'), schema);
    sendJson(exchange, 200, await answer(inside, request as never));
  } catch (error) {
    fail(inside, error);
  }
}

async function callStream(inside: Inside, { schema, answer, keepalive }: Streaming): Promise<void> {
  const { exchange } = inside;
  if (!(header(exchange, 'content-type') ?? '').startsWith('application/connect+json')) {
    const status = 415;
    sendJson(exchange, status, { code: status, message: 'This is a stream: use application/connect+json.' });
    return;
  }
  let request: unknown;
  try {
    request = parseJson(parseOpening(await readBody(exchange.request)), schema);
  } catch (error) {
    refuse(exchange, error);
    return;
  }
  const stream = new ServerStream(exchange, keepalive);
  try {
    await answer(inside, stream, request as never);
  } catch (error) {
    const { phase } = inside.services.sandboxes.get(inside.sandbox.id);
    if (phase === 'dead' || phase === 'killing' || phase === 'failed') stream.reset();
    else {
      if (toAppError(error).code === 'internal') inside.onError(error);
      stream.end(error);
    }
  }
}

async function metrics({ services, sandbox }: Inside): Promise<object> {
  const stats = await services.sandboxes.stats(sandbox.id);
  return {
    ts: Math.floor(stats.atMs / 1_000),
    cpu_count: Math.max(1, Math.round(stats.cpus)),
    cpu_used_pct: 0,
    mem_total: stats.memoryLimitBytes ?? 0,
    mem_used: stats.memoryBytes,
    mem_cache: 0,
    disk_used: stats.diskBytes,
    disk_total: stats.diskLimitBytes ?? 0,
  };
}
