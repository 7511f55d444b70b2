import { AppError, type Session, type Token } from '@sandglass/protocol';
import type { Identity } from '../identity/identity.ts';
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
      return sessionOf(opened.principal.token, opened.principal.session?.csrf, identity.nowMs);
    },
    session: ({ principal }) => sessionOf(principal.token, principal.session?.csrf, identity.nowMs),
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
function sessionOf(token: Token, csrf: string | undefined, nowMs: number): Session {
  return { token, csrf: csrf ?? '', nowMs };
}
