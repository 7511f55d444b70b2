/** The control plane: which path is whose, who may, and what is not served. */
import { AppError, type Role } from '@sandglass/protocol';
import { notServed } from '../errors.ts';
import type { Asked, Control } from './context.ts';
import { create, fork } from './creating.ts';
import * as lifetime from './lifetime.ts';
import * as showing from './showing.ts';

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface ControlRoute {
  readonly method: string;
  readonly path: string;
  readonly role: Role;
  readonly answer: (control: Control, asked: Asked) => Promise<Answer>;
}

const route = (line: string, role: Role, answer: ControlRoute['answer']): ControlRoute => {
  const [method = '', path = ''] = line.split(' ');
  return { method, path, role, answer };
};

const absent = (what: string) => async (): Promise<never> => {
  throw notServed(what);
};
const noBuilding = absent(
  'Templates cannot be built through the SDK here yet. Use base, desktop or browser, set one up, and keep it with createSnapshot().',
);
const noVolumes = absent('Volumes are not served here. Put files in with files.write, or keep a snapshot.');
const noSecrets = absent('Secrets are kept by this server’s own API, not by the vendor’s.');
const noTeams = absent('There are no teams here.');

export const controlRoutes: readonly ControlRoute[] = [
  route('POST /v2/sandboxes', 'operator', create),
  route('POST /sandboxes', 'operator', create),
  route('GET /v2/sandboxes', 'viewer', showing.list),
  route('GET /sandboxes', 'viewer', showing.listRunning),
  route('GET /sandboxes/metrics', 'viewer', showing.metricsOfMany),
  route('GET /sandboxes/:id', 'viewer', showing.details),
  route('DELETE /sandboxes/:id', 'operator', lifetime.kill),
  route('POST /v2/sandboxes/:id/connect', 'operator', lifetime.connect),
  route('POST /sandboxes/:id/connect', 'operator', lifetime.connect),
  route('POST /sandboxes/:id/resume', 'operator', lifetime.resumeOnly),
  route('POST /sandboxes/:id/timeout', 'operator', lifetime.setTimeout),
  route('POST /sandboxes/:id/refreshes', 'operator', lifetime.refresh),
  route('POST /sandboxes/:id/pause', 'operator', lifetime.pause),
  route('POST /sandboxes/:id/fork', 'operator', fork),
  route('POST /sandboxes/:id/snapshots', 'operator', showing.takeSnapshot),
  route('GET /sandboxes/:id/metrics', 'viewer', showing.metrics),
  route('GET /sandboxes/:id/logs', 'viewer', showing.logs),
  route('GET /v2/sandboxes/:id/logs', 'viewer', showing.logs),
  route('PUT /sandboxes/:id/network', 'operator', showing.setNetwork),
  route('GET /snapshots', 'viewer', showing.listSnapshots),
  route('DELETE /templates/:id', 'operator', showing.removeTemplate),
  route('GET /templates/aliases/:id', 'viewer', showing.alias),
];

/** Known to the vendor's clients and not served: said as such, since an unknown path would read as an unknown sandbox. */
const absentPaths: readonly [RegExp, () => Promise<never>][] = [
  [/^\/(v[23]\/)?templates(\/|$)/, noBuilding],
  [/^\/volumes(\/|$)|^\/volumecontent\//, noVolumes],
  [/^\/secrets(\/|$)/, noSecrets],
  [/^\/teams(\/|$)/, noTeams],
];

/** @throws AppError `notSupported`, or `notFound` with a list of what is served. */
export function findRoute(method: string, path: string): { route: ControlRoute; params: string[] } {
  for (const one of controlRoutes) {
    if (one.method !== method) continue;
    const params = match(one.path, path);
    if (params) return { route: one, params };
  }
  const known = absentPaths.find(([pattern]) => pattern.test(path));
  if (known) return { route: { method, path, role: 'viewer', answer: known[1] }, params: [] };
  if (/^\/(v2\/)?sandboxes\/[^/]+\/[^/]+$/.test(path))
    throw notServed(`${method} ${path.replace(/\/[^/]+\/([^/]+)$/, '/:id/$1').slice(0, 100)} is not served here.`);
  throw new AppError(
    'notFound',
    `There is no ${method} ${path.slice(0, 100)} here. Served: ${controlRoutes.map((one) => `${one.method} ${one.path}`).join(', ')}.`,
  );
}

function match(pattern: string, path: string): string[] | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: string[] = [];
  for (const [index, part] of wanted.entries()) {
    const value = given[index] as string;
    if (part.startsWith(':')) {
      if (value === '') return undefined;
      params.push(decode(value));
    } else if (part !== value) return undefined;
  }
  return params;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
