/** Every request of the server is read here, as strictly as if a stranger sent it: whoever takes the server over may ask nothing else. */
import { Refusal } from './errors.ts';
import type { CreateRequest, ImageName, KeeperLimits, ToKeeper, Verb, Verbs } from './verbs.ts';

type Fields = Record<string, unknown>;

const bad = (message: string): Refusal => new Refusal('badRequest', message);

/** A plain object with no fields but these. */
function fields(value: unknown, required: readonly string[], optional: readonly string[] = []): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('The request is not an object.');
  const found = value as Fields;
  for (const name of Object.keys(found))
    if (!required.includes(name) && !optional.includes(name))
      throw bad(`Unknown field ${JSON.stringify(name.slice(0, 40))}.`);
  for (const name of required) if (!Object.hasOwn(found, name)) throw bad(`The field ${name} is missing.`);
  return found;
}

function id(value: unknown, prefix: 'sbx' | 'chk'): string {
  if (typeof value !== 'string' || !new RegExp(`^${prefix}_[a-z2-7]{4,26}$`).test(value))
    throw bad(`Not an id of the form ${prefix}_….`);
  return value;
}

function number(value: unknown, name: string, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least || value > most)
    throw bad(`${name} must be a number from ${least} to ${most}.`);
  return value;
}

function integer(value: unknown, name: string, least: number, most: number): number {
  if (!Number.isSafeInteger(number(value, name, least, most))) throw bad(`${name} must be a whole number.`);
  return value as number;
}

function boolean(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw bad(`${name} must be true or false.`);
  return value;
}

const port = (value: unknown): number => integer(value, 'port', 1, 65_535);

/** Bounds that make sense anywhere; whether this host has as much is asked later. */
function limits(value: unknown): KeeperLimits {
  const found = fields(value, ['cpus', 'memoryMb', 'diskMb', 'pids']);
  return {
    cpus: number(found.cpus, 'cpus', 0.05, 4_096),
    // Below, the guest itself does not start.
    memoryMb: integer(found.memoryMb, 'memoryMb', 64, 2 ** 26),
    diskMb: integer(found.diskMb, 'diskMb', 16, 2 ** 30),
    pids: integer(found.pids, 'pids', 16, 2 ** 22),
  };
}

const IMAGES: readonly ImageName[] = ['base', 'desktop', 'browser', 'code-interpreter'];

function create(request: unknown): CreateRequest {
  const found = fields(request, ['id', 'source', 'limits', 'guestPort', 'guestSecret'], ['memory']);
  const source = fields(found.source, [], ['image', 'checkpoint']);
  if (Object.keys(source).length !== 1) throw bad('source must have either image or checkpoint.');
  if ('image' in source && !IMAGES.includes(source.image as ImageName))
    throw bad(`image must be one of ${IMAGES.join(', ')}.`);
  if (typeof found.guestSecret !== 'string' || !/^[0-9a-f]{32,64}$/.test(found.guestSecret))
    throw bad('guestSecret must be 32 to 64 hexadecimal digits.');
  return {
    id: id(found.id, 'sbx'),
    source: 'image' in source ? { image: source.image as ImageName } : { checkpoint: id(source.checkpoint, 'chk') },
    limits: limits(found.limits),
    guestPort: port(found.guestPort),
    guestSecret: found.guestSecret,
    ...(found.memory === undefined ? {} : { memory: boolean(found.memory, 'memory') }),
  };
}

const nothing = (request: unknown): Record<string, never> => fields(request, []) as Record<string, never>;
const onlyId = (request: unknown) => ({ id: id(fields(request, ['id']).id, 'sbx') });
const idAndPort = (request: unknown) => {
  const found = fields(request, ['id', 'port']);
  return { id: id(found.id, 'sbx'), port: port(found.port) };
};

const CHECKS: { readonly [V in Verb]: (request: unknown) => Verbs[V][0] } = {
  info: nothing,
  list: nothing,
  create,
  listen: idAndPort,
  connect: idAndPort,
  freeze: onlyId,
  thaw: onlyId,
  setLimits: (request) => {
    const found = fields(request, ['id', 'limits']);
    return { id: id(found.id, 'sbx'), limits: limits(found.limits) };
  },
  snapshot: (request) => {
    const found = fields(request, ['id', 'checkpoint', 'memory']);
    return {
      id: id(found.id, 'sbx'),
      checkpoint: id(found.checkpoint, 'chk'),
      memory: boolean(found.memory, 'memory'),
    };
  },
  removeCheckpoint: (request) => ({ checkpoint: id(fields(request, ['checkpoint']).checkpoint, 'chk') }),
  stats: onlyId,
  kill: onlyId,
};

/** The number to answer under, or null when the message is no question at all (then it is dropped). */
export function askNumber(message: unknown): number | null {
  const ask = (message as { ask?: unknown } | null)?.ask;
  return Number.isSafeInteger(ask) ? (ask as number) : null;
}

/** @throws Refusal `badRequest` */
export function parseAsk(message: unknown): ToKeeper {
  const found = fields(message, ['ask', 'verb', 'request']);
  if (typeof found.verb !== 'string' || !Object.hasOwn(CHECKS, found.verb)) throw bad('Unknown verb.');
  const verb = found.verb as Verb;
  return {
    ask: integer(found.ask, 'ask', 0, Number.MAX_SAFE_INTEGER),
    verb,
    request: CHECKS[verb](found.request),
  } as ToKeeper;
}
