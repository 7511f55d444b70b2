import { AppError, type Role, type TokenId } from '@sandglass/protocol';
import type { FastifyRequest } from 'fastify';
import { FailureLimit } from '../identity/failures.ts';
import type { Identity, Principal } from '../identity/identity.ts';
import { coversSandbox, includesRole } from '../identity/roles.ts';
import { viewerIdOf } from '../identity/viewerId.ts';
import type { Caller } from '../services.ts';
import { type Asked, checkCookieRequest, checkHost, checkOrigin, type OriginRules } from './origin.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What is looked at of a request, whichever server it came to. */
export type Arrived = Pick<FastifyRequest, 'headers' | 'ip' | 'socket'>;

/** Who sends a request, and may it. Used by every route and by the stream's upgrade. */
export class Gatekeeper {
  readonly #identity: Identity;
  readonly #rules: OriginRules;
  readonly #failures: FailureLimit;

  constructor(identity: Identity, rules: OriginRules) {
    this.#identity = identity;
    this.#rules = rules;
    this.#failures = new FailureLimit(() => identity.nowMs);
  }

  get secure(): boolean {
    return this.#rules.tls;
  }

  /** Every request, before anything else of it is looked at. */
  checkHost(request: FastifyRequest): void {
    checkHost(this.#rules, asked(request));
  }

  /** For routes that a browser calls before it has a cookie. */
  checkOrigin(request: FastifyRequest): void {
    checkOrigin(this.#rules, asked(request));
  }

  /**
   * Proves who asks: `Authorization: Bearer` first, then the cookie. Null when neither is given.
   * Throws `unauthenticated`, `rateLimited`, or `badOrigin` for a cookie that a foreign page sent along.
   */
  async authenticate(request: FastifyRequest): Promise<Principal | null> {
    const bearer = bearerOf(request);
    if (bearer !== null) {
      checkOrigin(this.#rules, asked(request));
      return await this.trySecret(request, bearer, (secret) => this.#identity.findBySecret(secret));
    }
    const cookie = request.cookies[cookieName(request)];
    if (cookie === undefined || cookie === '') return null;
    const changes = !READS.has(request.method) || request.headers.upgrade !== undefined;
    checkCookieRequest(this.#rules, asked(request), changes);
    const principal = await this.trySecret(request, cookie, (secret) => this.#identity.findBySession(secret));
    const upgrade = request.headers.upgrade !== undefined;
    if (changes && !upgrade && request.headers['x-sandglass-csrf'] !== principal.session?.csrf)
      throw new AppError(
        'badOrigin',
        'A change with a cookie needs the x-sandglass-csrf header of its session (GET /v1/session has it).',
      );
    return principal;
  }

  /** As `authenticate`, and the token has the role and covers the sandbox (null: it must cover everything). */
  async require(request: FastifyRequest, needs: Role, sandbox: string | null | undefined): Promise<Principal> {
    const principal = await this.authenticate(request);
    if (!principal)
      throw new AppError(
        'unauthenticated',
        'Send Authorization: Bearer with a token, or open the URL that was printed.',
      );
    checkRole(principal, needs);
    checkScope(principal, sandbox);
    return principal;
  }

  /** For doors, whose agents send their token where their own protocol has a key. */
  async authenticateSecret(request: Arrived, secret: string): Promise<Principal> {
    checkOrigin(this.#rules, asked(request));
    return await this.trySecret(request, secret, (given) => this.#identity.findBySecret(given));
  }

  /** Of a token that was proven before, by something that it was given here; null when it has ended since. */
  async principal(token: TokenId): Promise<Principal | null> {
    return await this.#identity.find(token);
  }

  async tokens(): Promise<TokenId[]> {
    return (await this.#identity.list()).map(({ id }) => id);
  }

  /** Looks a secret up, counting the failures of its sender. */
  async trySecret<T>(
    request: Pick<Arrived, 'ip'>,
    secret: string,
    find: (secret: string) => Promise<T | null>,
  ): Promise<T> {
    const retryAfterMs = this.#failures.waitMs(request.ip, secret);
    if (retryAfterMs > 0)
      throw new AppError('rateLimited', 'Too many wrong tokens came from this address. Wait a minute.', {
        details: { retryAfterMs },
      });
    const found = await find(secret);
    if (found === null) {
      this.#failures.failed(request.ip);
      throw new AppError('unauthenticated', 'This token is not known here, or it has expired or was revoked.');
    }
    this.#failures.succeeded(request.ip, secret);
    return found;
  }
}

export function checkRole(principal: Principal, needs: Role): void {
  const has = principal.token.role;
  if (!includesRole(has, needs))
    throw new AppError('forbidden', `This needs the role ${needs}; the token “${principal.token.name}” has ${has}.`);
}

/** `undefined`: the route is of no sandbox and open to every scope; null: it needs the scope of everything. */
export function checkScope(principal: Principal, sandbox: string | null | undefined): void {
  const scope = principal.token.scope;
  if (sandbox === undefined || scope.kind === 'all') return;
  if (sandbox === null || !coversSandbox(scope, sandbox))
    throw new AppError('forbidden', `This token is only for sandbox ${scope.sandbox}.`);
}

/** A person looks through a browser's session, a program comes with a token. */
export function callerOf(principal: Principal): Caller {
  const { id: token, name } = principal.token;
  const viewer = viewerIdOf(principal);
  return principal.session
    ? { actor: 'person', token, door: 'console', name, viewer }
    : { actor: 'agent', token, door: 'native', name, viewer };
}

/** Cookies of one host are shared by its ports: the name keeps two servers on localhost apart. */
export function cookieName(request: FastifyRequest): string {
  return `sandglass_${request.socket.localPort ?? 0}`;
}

function bearerOf(request: FastifyRequest): string | null {
  const header = request.headers.authorization;
  if (header === undefined) return null;
  const match = /^Bearer ([\x21-\x7e]{1,256})$/i.exec(header);
  if (!match?.[1]) throw new AppError('unauthenticated', 'The Authorization header must be "Bearer <token>".');
  return match[1];
}

function asked(request: Pick<Arrived, 'headers' | 'socket'>): Asked {
  const site = request.headers['sec-fetch-site'];
  return {
    host: request.headers.host,
    origin: request.headers.origin,
    fetchSite: typeof site === 'string' ? site : undefined,
    localAddress: request.socket.localAddress,
  };
}
