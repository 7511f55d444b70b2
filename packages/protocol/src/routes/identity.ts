import { z } from 'zod';
import { CreatedToken, CreateToken, Session, Token } from '../identity.ts';
import { TokenId } from '../ids.ts';
import { list, route } from './route.ts';

export const identityRoutes = {
  openSession: route({
    method: 'POST',
    path: '/v1/session',
    noun: 'identity',
    role: null,
    summary: 'Trade a token for an http-only cookie',
    body: z.object({ secret: z.string().min(1).max(256) }).strict(),
    reply: Session,
  }),
  session: route({
    method: 'GET',
    path: '/v1/session',
    noun: 'identity',
    role: 'viewer',
    summary: 'Who am I',
    reply: Session,
  }),
  closeSession: route({
    method: 'DELETE',
    path: '/v1/session',
    noun: 'identity',
    role: null,
    summary: 'Forget the cookie',
    reply: null,
  }),
  tokens: route({
    method: 'GET',
    path: '/v1/tokens',
    noun: 'identity',
    role: 'admin',
    summary: 'List tokens',
    reply: list(Token),
  }),
  createToken: route({
    method: 'POST',
    path: '/v1/tokens',
    noun: 'identity',
    role: 'admin',
    summary: 'Make a token; its secret is shown once',
    body: CreateToken,
    reply: CreatedToken,
    status: 201,
  }),
  removeToken: route({
    method: 'DELETE',
    path: '/v1/tokens/:token',
    noun: 'identity',
    role: 'admin',
    summary: 'Revoke a token; its streams end',
    params: z.object({ token: TokenId }),
    reply: null,
  }),
} as const;
