/** What `request` takes, mapped from the contract: parts a route lacks are forbidden, parts that may be empty are optional. */
import type { RouteBody, RouteName, RouteParams, RouteQuery } from '@sandglass/protocol';

type Part<K extends string, T> = [T] extends [undefined]
  ? { readonly [P in K]?: undefined }
  : Record<never, never> extends T
    ? { readonly [P in K]?: T }
    : { readonly [P in K]: T };

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for the answer; for byte routes, how long without progress. 0 = for ever. */
  readonly timeoutMs?: number | undefined;
  /** Attempts in all, the first included. */
  readonly attempts?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export type RequestInput<N extends RouteName> = Part<'params', RouteParams<N>> &
  Part<'query', RouteQuery<N>> &
  Part<'body', RouteBody<N>> &
  RequestOptions;

/** The second argument may be left out when nothing in it is required. */
export type RequestArguments<N extends RouteName> =
  Record<never, never> extends RequestInput<N> ? [input?: RequestInput<N>] : [input: RequestInput<N>];

/** The same, for code that works for every route. */
export interface LooseInput extends RequestOptions {
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
}
