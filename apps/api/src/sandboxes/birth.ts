/** Decides what a new sandbox will be, before anything of it exists: everything that can be refused is refused here. */
import {
  AppError,
  type Checkpoint,
  type CreateSandbox,
  clocksBefore,
  type ForkedFrom,
  type Sandbox,
} from '@sandglass/protocol';
import type { CheckpointStore } from '../checkpoints/store.ts';
import { isSecretName, MIN_SECRET_CHARACTERS } from '../recorder/redaction/secretNames.ts';
import type { CreateSpec } from './driver.ts';
import type { SandboxEntry, SandboxFacts } from './entry.ts';
import { chooseLimits } from './limits.ts';
import { generateName } from './names.ts';
import type { SandboxRoom } from './room.ts';

export interface Birth {
  readonly facts: SandboxFacts;
  readonly secrets: Readonly<Record<string, string>>;
  readonly checkpoint: Checkpoint | null;
}

export const DEFAULT_SCREEN = { width: 1280, height: 800 };
export const PROXY_PORT = 3128;
const PROXY = `http://127.0.0.1:${PROXY_PORT}`;
const LOCAL = 'localhost,127.0.0.1,::1';
const proxyEnvironment = {
  HTTP_PROXY: PROXY,
  HTTPS_PROXY: PROXY,
  http_proxy: PROXY,
  https_proxy: PROXY,
  NO_PROXY: LOCAL,
  no_proxy: LOCAL,
};

export async function planBirth(
  body: CreateSandbox,
  { room, checkpoints }: { room: SandboxRoom; checkpoints: CheckpointStore },
): Promise<Birth> {
  const report = await room.report();
  const checkpoint = body.checkpoint === undefined ? null : await checkpoints.get(body.checkpoint);
  const parent = checkpoint ? room.find(checkpoint.sandbox) : undefined;
  const imageName = checkpoint?.image ?? body.image ?? 'base';
  const image = report.images.find((one) => one.name === imageName);
  if (!image || (!image.ready && !checkpoint))
    throw new AppError(
      'unavailable',
      `The image ${imageName} is not built yet. npm start builds it, behind the server where it is not the first; npm run doctor says which are there.`,
    );
  if (body.screen && image.screen === 'none')
    throw new AppError(
      'unprocessable',
      `The image ${imageName} has no screen. Use desktop or browser, or leave the size out.`,
    );
  if (body.headless && image.screen !== 'rfb')
    throw new AppError('unprocessable', `The image ${imageName} has no browser. Use browser or desktop.`);
  const shown = (body.headless ?? parent?.facts.capabilities.screen === 'cdp') ? 'cdp' : image.screen;
  // A fork is like its parent in all that was not said otherwise.
  const limits = chooseLimits(body.limits ?? {}, parent?.facts.limits ?? image.defaults, report.host);
  const nowMs = room.clock.now();
  // What was taken away from the parent does not come back in its forks.
  const removed = parent?.facts.environmentRemoved ?? [];
  const { environment, secrets } = divide({
    ...without({ ...parent?.facts.environment, ...parent?.facts.environmentChanges }, removed),
    ...body.environment,
  });
  const inherited = without({ ...parent?.secrets, ...parent?.changedSecrets }, removed);
  const allSecrets = { ...inherited, ...secrets, ...body.secrets };
  // One that waits has its desktop already.
  const reserved = checkpoint || shown === 'cdp' ? undefined : room.driver.reserve?.(imageName);
  return {
    checkpoint,
    secrets: allSecrets,
    facts: {
      id: reserved ?? room.newId.sandbox(),
      name:
        body.name ??
        (parent && checkpoint ? forkName(parent.facts.name, checkpoint) : generateName((n) => room.pick(n))),
      labels: { ...parent?.facts.labels, ...body.labels },
      driver: room.driver.name,
      level: report.level,
      image: imageName,
      capabilities: { ...report.capabilities, screen: shown },
      limits,
      egress: body.egress ?? parent?.facts.egress ?? { allow: [] },
      environment: without(environment, Object.keys(allSecrets)),
      secretNames: Object.keys(allSecrets).sort(),
      keep: { ...parent?.facts.keep, ...body.keep },
      screen: image.screen === 'none' ? null : (body.screen ?? parent?.facts.screen ?? DEFAULT_SCREEN),
      parent: checkpoint && forkedFrom(checkpoint, parent),
      createdAtMs: nowMs,
      endedAtMs: null,
      expiresAtMs: body.ttlMs === undefined ? null : nowMs + body.ttlMs,
      ...(body.whenExpired === undefined ? {} : { whenExpired: body.whenExpired }),
      idle: body.idle ?? null,
    },
  };
}

/** Its log goes on where the parent's stood: one numbering and one clock, without the time that passed in between. */
function forkedFrom(checkpoint: Checkpoint, parent: SandboxEntry | undefined): ForkedFrom {
  const { id, sandbox, seq } = checkpoint;
  const told = { sandbox, checkpoint: id, seq };
  const { atUs } = checkpoint;
  // Older checkpoints do not say where they stand.
  if (parent === undefined || atUs === undefined) return told;
  return { ...told, atUs, earlier: clocksBefore(parent.facts, atUs) };
}

/** What the driver is told; after a restart with no checkpoint memory, since nothing is started anew. */
export function specOf(entry: SandboxEntry, birth: Pick<Birth, 'checkpoint'>): CreateSpec {
  const { facts } = entry;
  const { checkpoint } = birth;
  return {
    id: facts.id,
    source: checkpoint
      ? { checkpoint: checkpoint.id, image: facts.image, memory: checkpoint.holds.memory }
      : { image: facts.image },
    limits: facts.limits,
    environment: {
      ...(facts.capabilities.egress === 'enforced' ? proxyEnvironment : {}),
      ...facts.environment,
      ...entry.secrets,
    },
    screen: facts.capabilities.screen === 'rfb' ? facts.screen : null,
    hostname: hostnameOf(facts.name),
  };
}

/** What is called a secret is one, wherever it was given; but for values too short to be told from other text. */
function divide(given: Readonly<Record<string, string>>): {
  environment: Record<string, string>;
  secrets: Record<string, string>;
} {
  const isSecret = ([name, value]: [string, string]) => isSecretName(name) && value.length >= MIN_SECRET_CHARACTERS;
  const entries = Object.entries(given);
  return {
    environment: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    secrets: Object.fromEntries(entries.filter(isSecret)),
  };
}

function without(environment: Record<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));
}

function forkName(parent: string, checkpoint: Checkpoint): string {
  const suffix = ` ⑂ #${checkpoint.number}`;
  return `${[...parent].slice(0, 80 - suffix.length).join('')}${suffix}`;
}

function hostnameOf(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'sandbox' : plain;
}

/** Chromium's own frame, which it leaves room for though it draws none. */
const FRAME_HEIGHT = 87;

/** What starts the browser of a sandbox. @throws AppError when it has none */
export function browserCommand({ capabilities, screen }: Pick<Sandbox, 'capabilities' | 'screen'>): {
  command: string[];
  environment: Record<string, string>;
} {
  if (screen === null)
    throw new AppError('notSupported', 'This sandbox has no browser. Create one from the image desktop or browser.');
  if (capabilities.screen === 'rfb') return { command: ['chromium', 'about:blank'], environment: { DISPLAY: ':1' } };
  const size = `--window-size=${screen.width},${screen.height + FRAME_HEIGHT}`;
  return { command: ['chromium', '--headless=new', size, 'about:blank'], environment: {} };
}
