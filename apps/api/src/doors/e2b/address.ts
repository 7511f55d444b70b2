/** What a request is for, by its headers and its host name. */
import type { IncomingMessage } from 'node:http';

export type Address =
  | { readonly kind: 'control' }
  | { readonly kind: 'sandbox'; readonly id: string; readonly port: number }
  /** A file's address that carries its own proof and no sandbox. */
  | { readonly kind: 'signed' }
  | { readonly kind: 'none' };

const none: Address = { kind: 'none' };
const ENVD_PORT = 49_983;
/** Without a key they are refused in the vendor's words, unless a browser asks for a page of ours. */
const CONTROL = /^\/(v[23]\/)?(sandboxes|templates|snapshots|volumes|secrets)(\/|\?|$)/;

/** Other vendors' clients send such a key, too. */
const OURS = /^\/(v1|model|mcp|cdp|computer|docs|metrics|assets)(\/|\?|$)/;

/** `domain` (with its port): of a listener that also routes by host name; null: of the server's own address. */
export function addressOf(request: IncomingMessage, domain: string | null): Address {
  const { headers, url = '/' } = request;
  if (domain !== null) {
    const host = String(headers.host ?? headers[':authority'] ?? '').toLowerCase();
    const name = host.replace(/:\d{1,5}$/, '');
    const below = domain.replace(/:\d{1,5}$/, '').toLowerCase();
    if (name === `api.${below}`) return { kind: 'control' };
    const match = name.endsWith(`.${below}`) && /^(\d{1,5})-([a-z0-9]+)$/.exec(name.slice(0, -below.length - 1));
    if (match) return inSandbox(match[2]!, match[1]!);
    if (name !== `sandbox.${below}` && name !== 'localhost' && !/^[\d.]+$|^\[/.test(name)) return none;
  }
  const id = one(headers['e2b-sandbox-id']);
  if (id !== undefined) return inSandbox(id, one(headers['e2b-sandbox-port']) ?? String(ENVD_PORT));
  if (/^\/files\?(.*&)?signature=/.test(url)) return { kind: 'signed' };
  if (headers['x-api-key'] !== undefined && !OURS.test(url)) return { kind: 'control' };
  return CONTROL.test(url) && !String(headers.accept ?? '').includes('text/html') ? { kind: 'control' } : none;
}

function inSandbox(id: string, port: string): Address {
  const number = Number(port);
  return Number.isInteger(number) && number >= 1 && number <= 65_535 ? { kind: 'sandbox', id, port: number } : none;
}

const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);
