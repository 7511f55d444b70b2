import { AppError, type Session } from '@sandglass/protocol';
import type { Identity, Principal } from '../identity/identity.ts';
import { viewerIdOf } from '../identity/viewerId.ts';
import { cookieName, type Gatekeeper } from './authenticate.ts';
import type { Handlers } from './handlers.ts';

type Names = 'openSession' | 'session' | 'closeSession' | 'tokens' | 'createToken' | 'removeToken';

export function identityHandlers(identity: Identity, gatekeeper: Gatekeeper): Pick<Handlers, Names> {
  const cookieOptions = { httpOnly: true, sameSite: 'strict', path: '/', secure: gatekeeper.secure } as const;
  return {
    openSession: async ({ body, request, reply }) => {
      const opened = await gatekeeper.trySecret(request, body.secret, (secret) => identity.openSession(secret));
      reply.setCookie(cookieName(request), opened.cookie, {
        ...cookieOptions,
        expires: new Date(opened.expiresAtMs),
      });
      return sessionOf(opened.principal, identity.nowMs);
    },
    session: ({ principal }) => sessionOf(principal, identity.nowMs),
    closeSession: async ({ request, reply }) => {
      const principal = await gatekeeper.authenticate(request).catch((error: unknown) => {
        // A cookie that is of no use any more is forgotten too; a foreign page is still refused.
        if (error instanceof AppError && error.code === 'unauthenticated') return null;
        throw error;
      });
      if (principal?.session) await identity.closeSession(principal.session.hash);
      reply.clearCookie(cookieName(request), cookieOptions);
    },
    tokens: async () => ({ items: await identity.list(), next: null }),
    createToken: async ({ body }) => await identity.create(body),
    removeToken: async ({ params }) => await identity.remove(params.token),
  };
}

/** Programs have no cookie and so nothing that a foreign page could ride on: their csrf is empty. */
function sessionOf(principal: Principal, nowMs: number): Session {
  const { token, session } = principal;
  return { token, csrf: session?.csrf ?? '', viewer: viewerIdOf(principal), nowMs };
}
