import { type Agent, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { LookupFunction } from 'node:net';
import { pipeline } from 'node:stream';
import { endToEnd } from '../lib/endToEnd.ts';
import { PrivateAddressError } from './checkedLookup.ts';
import type { Passage, Target } from './passage.ts';
import { privateText, reply, unreachableText } from './refusals.ts';

export interface ForwardOptions {
  readonly target: Target;
  readonly path: string;
  readonly agent: Agent;
  readonly lookup: LookupFunction;
  readonly passing: Passage;
  readonly connectTimeoutMs: number;
}

/** Passes one plain HTTP request on and its response back. */
export function forward(request: IncomingMessage, response: ServerResponse, options: ForwardOptions): void {
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
  outgoing.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', () => clearTimeout(timer));
    else clearTimeout(timer);
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
    const denied = error instanceof PrivateAddressError;
    passing.end(denied ? 'denied' : 'failed', denied ? 403 : 502);
    reply(response, denied ? 403 : 502, denied ? privateText(target) : unreachableText(target, error));
  });
  response.once('close', () => {
    if (!response.writableFinished) outgoing.destroy();
  });
  pipeline(request, outgoing, () => {});
}
