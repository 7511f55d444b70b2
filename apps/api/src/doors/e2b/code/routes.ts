/** What the vendor's code interpreter asks for: executions and contexts. Each is a call before it reaches a kernel. */
import { text } from 'node:stream/consumers';
import { AppError, type AppError as Failure, toAppError } from '@sandglass/protocol';
import { z } from 'zod';
import { goneSignal } from '../../../http/gone.ts';
import { oneLine } from '../../../lib/bounded.ts';
import { secretsOf } from '../../../recorder/redaction/secretNames.ts';
import type { Inside } from '../envd/inside.ts';
import { untilAwake } from '../envd/routes.ts';
import { controlStatus } from '../errors.ts';
import { type Exchange, readJson, sendJson, sendNothing } from '../exchange.ts';
import { askKernels, lost } from './kernels.ts';
import { LineStream } from './lineStream.ts';
import { answerToCode, linesOf, Outcome } from './lines.ts';

const Language = z.string().max(40).nullish();
const Execute = z.object({
  code: z.string(),
  context_id: z.string().max(100).nullish(),
  language: Language,
  env_vars: z.record(z.string(), z.string()).nullish(),
});
const Create = z.object({ language: Language, cwd: z.string().max(4_096).nullish() });

/** As a person sees, edits and rules on it. */
const Given = z.object({
  code: z.string(),
  context: z.string().optional(),
  environment: z.record(z.string(), z.string()).optional(),
});
type Given = z.infer<typeof Given>;

const served = 'POST /execute, GET and POST /contexts, POST /contexts/:id/restart, DELETE /contexts/:id';

/** Answers one request; every failure of it is answered too. */
export async function answerCode(inside: Inside): Promise<void> {
  const { exchange } = inside;
  const { method, path } = exchange;
  try {
    if (path === '/execute' && method === 'POST') return await execute(inside);
    const [, top, id, verb] = path.split('/');
    if (top === 'contexts' && path.split('/').length <= 4) {
      if (id === undefined && method === 'GET') return await list(inside);
      if (id === undefined && method === 'POST') return await createContext(inside);
      if (id && verb === undefined && method === 'DELETE') return await changeContext(inside, id, 'remove');
      if (id && verb === 'restart' && method === 'POST') return await changeContext(inside, id, 'restart');
    }
    if (path === '/health') return sendNothing(exchange);
    throw new AppError('notFound', `There is no ${method} ${path.slice(0, 100)} here. Served: ${served}.`);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code === 'internal') inside.onError(thrown);
    refuseCode(exchange, error);
  }
}

/** Of a refusal the vendor's client shows the line of its status alone. */
export function refuseCode(exchange: Exchange, error: Failure): void {
  const status = controlStatus(error);
  if (!exchange.response.headersSent)
    exchange.response.statusMessage = oneLine(error.message, 300).replaceAll(/[^\x20-\x7e]/g, '?');
  sendJson(exchange, status, { code: status, message: error.message });
}

function pythonOnly(language: string | null | undefined): void {
  if (!language || ['python', 'python3', 'py'].includes(language.toLowerCase())) return;
  throw new AppError(
    'notSupported',
    `Code in ${language.replaceAll(/[^\w.+-]/g, '?')} is not run here: the kernels are of Python. Run it as a command instead.`,
  );
}

async function execute(inside: Inside): Promise<void> {
  const { services, sandbox, caller, exchange } = inside;
  const { code, context_id, language, env_vars } = await readJson(exchange, Execute);
  pythonOnly(language);
  for (const secret of secretsOf(env_vars ?? {})) services.sandboxes.log(sandbox.id).redactor.add(secret);
  const stream = new LineStream(exchange, inside.heldAfterMs);
  const asked: Given = {
    code,
    ...(context_id ? { context: context_id } : {}),
    ...(env_vars && Object.keys(env_vars).length > 0 ? { environment: env_vars } : {}),
  };
  try {
    const outcome = await services.calls.pass<Given, Outcome>(
      caller,
      sandbox.id,
      {
        name: 'code.run',
        arguments: asked,
        summary: (given) => given.code,
        schema: Given,
        answer: answerToCode,
        outcome: ({ summary, result }) => ({ summary, result }),
      },
      async (given) => await run(inside, given, stream),
      goneSignal(exchange.response, 'The client'),
    );
    await stream.end(outcome.pending);
  } catch (thrown) {
    const error = toAppError(thrown);
    // A decision of a person's is something that an agent goes on from; it is no fault of its client.
    const isDecision = error.code === 'rejected' || error.code === 'controlled';
    stream.giveUp();
    if (!stream.hasBegun && !isDecision) throw error;
    if (error.code === 'internal') inside.onError(thrown);
    const name = isDecision ? 'Rejected' : 'SandboxError';
    await stream.end([{ type: 'error', name, value: error.message, traceback: `${name}: ${error.message}` }]);
  }
}

/** Output goes out as it comes; results when the call has ended, since a person may answer in their place. */
async function run({ services, sandbox }: Inside, given: Given, stream: LineStream): Promise<Outcome> {
  const outcome = new Outcome();
  const response = await askKernels({
    machine: services.machine,
    sandbox: sandbox.id,
    method: 'POST',
    path: '/execute',
    body: { code: given.code, context_id: given.context, env_vars: given.environment },
  });
  if (response.statusCode !== 200) throw refusedBy(response.statusCode, await text(response));
  try {
    // Also when the client has gone: what runs goes on, and what came of it is recorded.
    for await (const line of linesOf(response)) if (outcome.add(line) === 'output') await stream.write(line);
  } catch (error) {
    throw error instanceof AppError ? error : lost(error);
  }
  if (!response.complete) throw lost(null);
  return outcome;
}

async function list(inside: Inside): Promise<void> {
  await untilAwake(inside);
  sendJson(inside.exchange, 200, await ask(inside, 'GET', '/contexts'));
}

async function createContext(inside: Inside): Promise<void> {
  const { services, sandbox, caller, exchange } = inside;
  const { language, cwd } = await readJson(exchange, Create);
  pythonOnly(language);
  const made = await services.calls.pass(
    caller,
    sandbox.id,
    {
      name: 'code.createContext',
      arguments: cwd ? { cwd } : {},
      summary: () => cwd ?? '',
      outcome: () => ({ summary: 'created' }),
    },
    async () => await ask(inside, 'POST', '/contexts', { cwd }),
    goneSignal(exchange.response, 'The client'),
  );
  sendJson(exchange, 200, made);
}

async function changeContext(inside: Inside, id: string, verb: 'restart' | 'remove'): Promise<void> {
  const { services, sandbox, caller, exchange } = inside;
  const path = `/contexts/${id}`;
  await services.calls.pass(
    caller,
    sandbox.id,
    {
      name: `code.${verb}Context`,
      arguments: { context: id },
      summary: () => id,
      outcome: () => ({ summary: verb === 'remove' ? 'removed' : 'restarted' }),
    },
    async () => await ask(inside, verb === 'remove' ? 'DELETE' : 'POST', verb === 'remove' ? path : `${path}/restart`),
    goneSignal(exchange.response, 'The client'),
  );
  sendNothing(exchange);
}

async function ask({ services, sandbox }: Inside, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await askKernels({ machine: services.machine, sandbox: sandbox.id, method, path, body });
  const said = await text(response);
  const status = response.statusCode ?? 500;
  if (status >= 300) throw refusedBy(status, said);
  return said === '' ? null : JSON.parse(said);
}

function refusedBy(status: number | undefined, said: string): AppError {
  const message = messageOf(said) ?? 'The kernels of this sandbox cannot do that.';
  if (status === 404) return new AppError('notFound', message);
  if (status === 429) return new AppError('limitExceeded', message);
  return new AppError(status === 400 ? 'badRequest' : 'unavailable', message);
}

function messageOf(said: string): string | undefined {
  try {
    const { message } = JSON.parse(said) as { message?: unknown };
    return typeof message === 'string' ? oneLine(message, 300) : undefined;
  } catch {
    return undefined;
  }
}
