/**
 * The E2B door. What a request is for is said by its headers or by its host name, never by its path alone: `E2b-Sandbox-Id` (with
 * `E2b-Sandbox-Port`) or `<port>-<id>.<domain>` lead into a sandbox, `X-API-Key` to the control plane.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError, type Sandbox, type SandboxId, toAppError } from '@sandglass/protocol';
import { checkRole, checkScope } from '../../http/authenticate.ts';
import type { Principal } from '../../identity/identity.ts';
import { secretOfKey } from '../../identity/vendorKey.ts';
import type { DoorMemory } from '../../sandboxes/doorMemory.ts';
import type { Caller, Services } from '../../services.ts';
import { type Address, addressOf } from './address.ts';
import { KERNEL_PORT } from './code/kernels.ts';
import { answerCode } from './code/routes.ts';
import type { Asked, Control } from './control/context.ts';
import { DEFAULT_TIMEOUT_S } from './control/creating.ts';
import { resume } from './control/lifetime.ts';
import { findRoute } from './control/routes.ts';
import { isPaused } from './control/shapes.ts';
import type { Inside } from './envd/inside.ts';
import { Programs } from './envd/programs.ts';
import { answerInside, health, isConnect, refuse } from './envd/routes.ts';
import { invalidSignature, isSignedBy, refuseExpired, type Signed } from './envd/signature.ts';
import { controlStatus, ProxyError } from './errors.ts';
import { type Exchange, exchangeOf, header, sendJson, sendNothing } from './exchange.ts';
import { SandboxFacts, sandboxIdOf, vendorId } from './facts.ts';
import { type PortTarget, passRequest, passUpgrade } from './ports.ts';
import { answerStream, STREAM_PORT } from './stream/stream.ts';
import { allSandboxes } from './templates.ts';

export interface E2bDoorOptions {
  readonly services: Pick<
    Services,
    'calls' | 'sandboxes' | 'checkpoints' | 'execs' | 'terminals' | 'files' | 'machine' | 'screens' | 'system'
  >;
  readonly memory: DoorMemory;
  /** Proves a secret, counting the failures of its sender. @throws AppError */
  readonly prove: (request: IncomingMessage, secret: string) => Promise<Principal>;
  /** Of a token that has been proven before; null when it has ended since. */
  readonly principal: (token: string) => Promise<Principal | null>;
  /** All tokens: a signed address does not say whose it is. */
  readonly tokens: () => Promise<readonly string[]>;
  readonly domain: () => string | null;
  /** What was nobody's fault but ours. */
  readonly onError: (error: unknown) => void;
  readonly now: () => number;
  readonly heldAfterMs?: number | undefined;
  readonly allowsInternet: boolean;
}

/** The vendor's clients wait a minute for a command's first word. */
const HELD_AFTER_MS = 10_000;
/** The port by which the vendor's clients mean the inside of the sandbox itself. */
const ENVD_PORT = 49_983;

export class E2bDoor {
  readonly #options: E2bDoorOptions;
  readonly #facts: SandboxFacts;
  readonly #programs: Programs;
  readonly #control: Control;

  constructor(options: E2bDoorOptions) {
    this.#options = options;
    this.#facts = new SandboxFacts(options.memory);
    this.#programs = new Programs(options.services);
    const { services, domain, now, allowsInternet } = options;
    this.#control = { services, facts: this.#facts, domain, now, allowsInternet };
  }

  /** `domain`: of a listener whose host names lead into sandboxes. Every failure is answered. */
  async handle(request: IncomingMessage, response: ServerResponse, domain: string | null = null): Promise<void> {
    const exchange = exchangeOf(request, response);
    response.on('error', () => {});
    const address = addressOf(request, domain);
    try {
      this.#refuseWhileStarting();
      if (address.kind === 'control') await this.#answerControl(exchange);
      else if (address.kind === 'signed') await this.#answerSigned(exchange);
      else if (address.kind === 'sandbox') await this.#answerSandbox(exchange, address, domain !== null);
      else throw new AppError('notFound', 'Nothing is served under this host name.');
    } catch (error) {
      this.#refuse(exchange, error);
    }
  }

  /** A WebSocket to a port of a sandbox. */
  async handleUpgrade(request: IncomingMessage, client: Duplex, head: Buffer, domain: string | null): Promise<void> {
    client.on('error', () => client.destroy());
    try {
      const address = addressOf(request, domain);
      if (address.kind !== 'sandbox') throw new AppError('notFound', 'Nothing is served under this host name.');
      const { sandbox } = await this.#reach(address.id);
      if (address.port === ENVD_PORT) throw new AppError('notFound', 'There is no WebSocket here.');
      await passUpgrade(request, client, head, this.#target(request, sandbox, address.port, domain !== null));
    } catch (error) {
      const [status, body] =
        error instanceof ProxyError
          ? [error.status, error.body]
          : [toAppError(error).status, { message: toAppError(error).message }];
      const text = JSON.stringify(body);
      client.end(
        `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
      );
    }
  }

  async #answerControl(exchange: Exchange): Promise<void> {
    const { route, params } = findRoute(exchange.method, exchange.path);
    const key = header(exchange, 'x-api-key');
    if (key === undefined || key === '')
      throw new AppError('unauthenticated', 'Send X-API-Key with a token of this server (E2B_API_KEY).');
    const principal = await this.#options.prove(exchange.request, secretOfKey(key));
    checkRole(principal, route.role);
    if (params.length === 0 && route.role !== 'viewer') checkScope(principal, null);
    const asked: Asked = { ...exchange, principal, caller: callerOf(principal.token.id), params };
    const { status, body, headers } = await route.answer(this.#control, asked);
    if (body === undefined) sendNothing(exchange, status);
    else sendJson(exchange, status, body, headers);
  }

  async #answerSandbox(
    exchange: Exchange,
    address: Extract<Address, { kind: 'sandbox' }>,
    byHost: boolean,
  ): Promise<void> {
    const { sandbox } = await this.#reach(address.id);
    if (address.port === KERNEL_PORT && sandbox.image === 'code-interpreter')
      return await this.#enter(exchange, sandbox, this.#holderForCode(exchange, sandbox), answerCode);
    if (address.port === STREAM_PORT && sandbox.capabilities.screen !== 'none') {
      this.#refuseTraffic(exchange.request, sandbox);
      if (await answerStream(exchange, { services: this.#options.services, sandbox })) return;
    }
    if (address.port !== ENVD_PORT)
      return await passRequest(exchange, this.#target(exchange.request, sandbox, address.port, byHost));
    if (exchange.path === '/health') return health(exchange);
    const signed = byHost || exchange.query.has('signature') ? signedBy(exchange) : null;
    if (signed && header(exchange, 'x-access-token') === undefined) {
      const holder = await this.#signer(sandbox, signed);
      return await this.#enter(exchange, sandbox, holder);
    }
    await this.#enter(exchange, sandbox, this.#holder(sandbox, header(exchange, 'x-access-token')));
  }

  /** Its address names no sandbox: whichever it was signed for. */
  async #answerSigned(exchange: Exchange): Promise<void> {
    const signed = signedBy(exchange);
    if (!signed) throw invalidSignature();
    refuseExpired(signed.signed.expires, this.#options.now());
    for (const sandbox of await allSandboxes(this.#options.services)) {
      const holder = await this.#signer(sandbox, signed).catch(() => null);
      if (holder === null) continue;
      await this.#reach(vendorId(sandbox.id));
      return await this.#enter(exchange, sandbox, holder);
    }
    throw invalidSignature();
  }

  async #signer(sandbox: Sandbox, { signed, signature }: { signed: Signed; signature: string }): Promise<string> {
    refuseExpired(signed.expires, this.#options.now());
    for (const token of await this.#options.tokens())
      if (isSignedBy(signed, signature, this.#facts.accessToken(sandbox.id, token as Principal['token']['id'])))
        return token;
    throw invalidSignature();
  }

  /** Of contexts the vendor's client asks without its token, as of any port: they are asked for by who made the sandbox, or uses it. */
  #holderForCode(exchange: Exchange, sandbox: Sandbox): string {
    const token = header(exchange, 'x-access-token');
    if (token !== undefined || exchange.path === '/execute') return this.#holder(sandbox, token);
    this.#refuseTraffic(exchange.request, sandbox);
    const { token: maker, connectedBy } = this.#facts.of(sandbox);
    return maker || connectedBy || this.#holder(sandbox, undefined);
  }

  #holder(sandbox: Sandbox, token: string | undefined): string {
    const holder = token === undefined ? null : this.#facts.holderOf(sandbox.id, token);
    if (holder !== null) return holder;
    throw new AppError(
      'unauthenticated',
      'Send X-Access-Token: the access token that came when this sandbox was made or connected to.',
    );
  }

  async #enter(
    exchange: Exchange,
    sandbox: Sandbox,
    holder: string,
    answer: (inside: Inside) => Promise<void> = answerInside,
  ): Promise<void> {
    const principal = await this.#options.principal(holder);
    if (!principal)
      throw new AppError('unauthenticated', 'The token that opened this sandbox has ended. Connect again.');
    checkRole(principal, 'operator');
    checkScope(principal, sandbox.id);
    const { services } = this.#options;
    services.sandboxes.touch(sandbox.id);
    await answer({
      services,
      facts: this.#facts,
      programs: this.#programs,
      sandbox,
      caller: callerOf(principal.token.id),
      user: userOf(exchange),
      exchange,
      heldAfterMs: this.#options.heldAfterMs ?? HELD_AFTER_MS,
      onError: this.#options.onError,
    });
  }

  /** The sandbox, awake. @throws ProxyError as the vendor's proxy answers for one that does not run. */
  async #reach(text: string): Promise<{ sandbox: Sandbox }> {
    const { services } = this.#options;
    const id = sandboxIdOf(text);
    const sandbox = id && find(services, id);
    if (!sandbox || ['dead', 'failed', 'killing'].includes(sandbox.phase)) throw ProxyError.notFound(text);
    const facts = this.#facts.of(sandbox);
    if (!isPaused(sandbox, facts)) return { sandbox };
    if (!facts.autoResume) throw ProxyError.notFound(text);
    const caller = callerOf(facts.token as Principal['token']['id']);
    await resume(this.#control, { caller }, sandbox, { timeout: DEFAULT_TIMEOUT_S });
    return { sandbox: services.sandboxes.get(sandbox.id) };
  }

  /** @throws ProxyError for a port that is not public, without its token. */
  #refuseTraffic(request: IncomingMessage, sandbox: Sandbox): void {
    const { network } = this.#facts.of(sandbox);
    const token = request.headers['e2b-traffic-access-token'];
    if (
      network.allowPublicTraffic === false &&
      !this.#facts.mayTraffic(sandbox.id, typeof token === 'string' ? token : undefined)
    )
      throw new ProxyError(403, {
        sandboxId: vendorId(sandbox.id),
        message:
          token === undefined
            ? 'Sandbox is secured with traffic access token. Token header "e2b-traffic-access-token" is missing'
            : 'Sandbox is secured with traffic access token. Provided token is invalid.',
      });
  }

  #target(request: IncomingMessage, sandbox: Sandbox, port: number, byHost: boolean): PortTarget {
    const { network } = this.#facts.of(sandbox);
    this.#refuseTraffic(request, sandbox);
    return {
      machine: this.#options.services.machine,
      sandbox: sandbox.id,
      port,
      scheme: byHost ? 'https' : 'http',
      speaksTls: network.httpsPorts?.includes(port) ?? false,
      maskHost: network.maskRequestHost,
    };
  }

  #refuseWhileStarting(): void {
    if (this.#options.services.system.phase() === 'starting')
      throw new AppError('unavailable', 'The server is starting and takes over its sandboxes. Try again in a moment.');
  }

  #refuse(exchange: Exchange, thrown: unknown): void {
    if (thrown instanceof ProxyError) {
      sendJson(exchange, thrown.status, thrown.body);
      return;
    }
    if (isConnect(exchange) || exchange.path === '/files') {
      refuse(exchange, thrown);
      return;
    }
    const error = toAppError(thrown);
    if (error.code === 'internal') this.#options.onError(thrown);
    const status = controlStatus(error);
    const waitMs = error.details?.['retryAfterMs'];
    const headers = typeof waitMs === 'number' ? { 'retry-after': String(Math.ceil(waitMs / 1_000)) } : {};
    sendJson(exchange, status, { code: status, message: error.message }, headers);
  }
}

const callerOf = (token: Principal['token']['id']): Caller => ({ actor: 'agent', token, door: 'e2b' });

function find(services: Pick<Services, 'sandboxes'>, id: SandboxId): Sandbox | undefined {
  try {
    return services.sandboxes.get(id);
  } catch {
    return undefined;
  }
}

function signedBy({ query, method }: Exchange): { signed: Signed; signature: string } | null {
  const signature = query.get('signature');
  if (signature === null) return null;
  return {
    signature,
    signed: {
      path: query.get('path') ?? '',
      operation: method === 'POST' ? 'write' : 'read',
      username: query.get('username') ?? '',
      expires: query.get('signature_expiration'),
    },
  };
}

/** By the address, else by the name of a password nobody has. */
function userOf(exchange: Exchange): string {
  const named = exchange.query.get('username');
  if (named) return named;
  const basic = /^Basic ([A-Za-z0-9+/=]{1,400})$/i.exec(header(exchange, 'authorization') ?? '')?.[1];
  if (basic === undefined) return 'user';
  return Buffer.from(basic, 'base64').toString('utf8').split(':')[0] || 'user';
}
