/** What the stream needs of a WebSocket; the browser's, Node's own and `ws` all fit. */
export interface Socket {
  binaryType: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  /** Only `ws` has it: drops the TCP connection without waiting for the peer's goodbye. */
  terminate?(): void;
}

/** Browsers cannot set headers on a WebSocket and use the cookie; programs send `authorization`. */
export type OpenSocket = (url: string, headers: Readonly<Record<string, string>>) => Socket;

/** The platform's own WebSocket: every browser, Node ≥ 22. On older Node import the client from `@sandglass/client/node`. */
export const openPlatformSocket: OpenSocket = (url, headers) => {
  if (typeof WebSocket === 'undefined')
    throw new Error('This Node has no WebSocket of its own. Import the client from "@sandglass/client/node" instead.');
  const isBrowser = typeof document !== 'undefined' || typeof process === 'undefined';
  const socket = isBrowser ? new WebSocket(url) : new WebSocket(url, { headers } as unknown as string[]);
  return socket as unknown as Socket;
};
