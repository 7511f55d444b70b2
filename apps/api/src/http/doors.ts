import type { DoorFacts } from '../doors/door.ts';
import { describeToPerson } from '../doors/snippets/describe.ts';
import type { Identity } from '../identity/identity.ts';
import { checkScope } from './authenticate.ts';
import type { Handlers } from './handlers.ts';

/** In the place of a token that is not made yet. */
const TOKEN_WORD = 'YOUR_TOKEN';
const DAY_MS = 86_400_000;

export function doorHandlers(
  doors: readonly DoorFacts[],
  identity: Identity,
): Pick<Handlers, 'doors' | 'connectAgent'> {
  return {
    doors: ({ query, principal, request }) => {
      if (query.sandbox !== undefined) checkScope(principal, query.sandbox);
      const place = { url: urlOf(request), token: TOKEN_WORD, sandbox: query.sandbox ?? null };
      return { items: describeToPerson(doors, place) };
    },
    connectAgent: async ({ body, request }) => {
      const { name = 'agent', sandbox, ttlMs = DAY_MS } = body;
      const scope = sandbox === undefined ? ({ kind: 'all' } as const) : ({ kind: 'sandbox', sandbox } as const);
      const token = await identity.create({ name, role: 'operator', scope, ttlMs });
      const place = { url: urlOf(request), token: token.secret, sandbox: sandbox ?? null };
      return { token, doors: describeToPerson(doors, place) };
    },
  };
}

/** As the person reached this server; the Host header was checked before. */
const urlOf = (request: { protocol: string; headers: { host?: string | undefined } }): string =>
  `${request.protocol}://${request.headers.host ?? 'localhost'}`;
