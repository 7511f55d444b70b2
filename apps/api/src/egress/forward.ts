import { type Agent, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { LookupFunction, Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { endToEnd } from '../lib/endToEnd.ts';
import { RefusedAddressError } from './checkedLookup.ts';
import type { Passage, Target } from './passage.ts';
import type { Judgement } from './policy.ts';
import { reply, unreachableText } from './refusals.ts';

export interface ForwardOptions {
  readonly target: Target;
  readonly path: string;
  readonly agent: Agent;
  readonly lookup: LookupFunction;
  /** Of the address at the other end, asked when there is a connection: one that was kept was looked up under other rules. */
  readonly judge: (address: string) => Judgement;
  /** In words for who asked. */
  readonly refusal: (judgement: RefusedAddressError['judgement']) => string;
  readonly passing: Passage;
  readonly connectTimeoutMs: number;
}

/** Passes one plain HTTP request on and its response back. */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  options: ForwardOptions,
): { end(): void; address(): string | undefined } {
  const { target, passing } = options;
  const authority = target.host.includes(':') ? `[${target.host}]` : target.host;
  const outgoing = sendRequest({
    host: target.host,
    port: target.port,
    method: request.method,
    path: options.path,
    agent: options.agent,
    lookup: options.lookup,
    setHost: false,
    // The URL decides where it goes, so it also decides what the other side is told.
    headers: { ...endToEnd(request.headers), host: target.port === 80 ? authority : `${authority}:${target.port}` },
  });
  const timer = setTimeout(() => outgoing.destroy(new Error('no answer')), options.connectTimeoutMs);
  outgoing.once('socket', (socket: Socket) => {
    // Nothing of the request has been sent yet.
    const connected = () => {
      clearTimeout(timer);
      const judgement = options.judge(socket.remoteAddress ?? '');
      if (judgement !== 'allowed') outgoing.destroy(new RefusedAddressError(judgement));
    };
    if (socket.connecting) socket.once('connect', connected);
    else connected();
  });
  request.on('data', (chunk: Buffer) => {
    passing.sentBytes += chunk.length;
  });
  outgoing.once('response', (incoming) => {
    clearTimeout(timer);
    const status = incoming.statusCode ?? 502;
    response.writeHead(status, endToEnd(incoming.headers));
    incoming.on('data', (chunk: Buffer) => {
      passing.receivedBytes += chunk.length;
    });
    pipeline(incoming, response, (error) => passing.end(error ? 'failed' : 'allowed', status));
  });
  outgoing.once('error', (error) => {
    clearTimeout(timer);
    const isRefused = error instanceof RefusedAddressError;
    passing.end(isRefused ? 'denied' : 'failed', isRefused ? 403 : 502);
    if (isRefused) reply(response, 403, options.refusal(error.judgement));
    else reply(response, 502, unreachableText(target, error));
  });
  response.once('close', () => {
    if (!response.writableFinished) outgoing.destroy();
  });
  pipeline(request, outgoing, () => {});
  return { end: () => outgoing.destroy(), address: () => outgoing.socket?.remoteAddress };
}
