import type { Readable } from 'node:stream';
import type { RouteName, Routes } from '@sandglass/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Principal } from '../identity/identity.ts';
import type { Caller } from '../services.ts';

type Parsed<R, K extends string> = K extends keyof R
  ? R[K] extends z.ZodType
    ? z.output<R[K]>
    : undefined
  : undefined;
type Body<R> = 'body' extends keyof R ? (R['body'] extends 'bytes' ? Readable : Parsed<R, 'body'>) : undefined;

/** One request, proven and parsed. */
export interface Call<N extends RouteName> {
  readonly params: Parsed<Routes[N], 'params'>;
  readonly query: Parsed<Routes[N], 'query'>;
  readonly body: Body<Routes[N]>;
  /** Who asks; null only on routes that need no token. */
  readonly principal: Routes[N]['role'] extends null ? Principal | null : Principal;
  readonly caller: Routes[N]['role'] extends null ? null : Caller;
  /** Fires when the other side goes away before the reply was sent. */
  readonly signal: AbortSignal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** What a handler answers. For 'bytes', null means that only the status and headers go out (304). */
export type Answer<N extends RouteName> = Routes[N]['reply'] extends null
  ? // biome-ignore lint/suspicious/noConfusingVoidType: a handler of a 204 route returns nothing
    void
  : Routes[N]['reply'] extends 'bytes'
    ? Readable | Uint8Array | null
    : Parsed<Routes[N], 'reply'>;

export type Handler<N extends RouteName> = (call: Call<N>) => Promise<Answer<N>> | Answer<N>;

/** A handler for every route of the protocol: leaving one out is a type error. */
export type Handlers = { readonly [N in RouteName]: Handler<N> };
