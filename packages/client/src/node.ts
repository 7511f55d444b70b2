/** The client with the `ws` WebSocket and Node's own HTTP, for every supported Node. */
import { WebSocket } from 'ws';
import { createNodeFetch } from './http/nodeFetch.ts';
import { Sandglass as IsomorphicSandglass, type SandglassOptions } from './sandglass.ts';
import type { OpenSocket, Socket } from './stream/socket.ts';

export * from './index.ts';

/** No compression: it costs more than it saves on a loopback, and its windows cost memory per connection. */
export const openNodeSocket: OpenSocket = (url, headers) =>
  new WebSocket(url, { headers: { ...headers }, perMessageDeflate: false }) as unknown as Socket;

export class Sandglass extends IsomorphicSandglass {
  constructor(options: SandglassOptions) {
    const { fetch, close } = createNodeFetch();
    super({ openSocket: openNodeSocket, fetch, onClose: close, ...options });
  }
}
