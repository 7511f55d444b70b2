import type { Sandglass } from '@sandglass/client';
import { createContext, useContext } from 'react';
import type { Connection, ConnectionModel } from './connection.ts';
import { useStore } from './store.ts';

export interface Server {
  readonly client: Sandglass;
  readonly connection: ConnectionModel;
  /** A file answers, and not a server: nothing can be had from an address. */
  readonly offline?: true;
}

export const ServerContext = createContext<Server | null>(null);

function useServer(): Server {
  const server = useContext(ServerContext);
  if (server === null) throw new Error('this needs the page around it');
  return server;
}

/** The page's one client. */
export function useClient(): Sandglass {
  return useServer().client;
}

/** Topics over the page's one WebSocket. */
export function useStream(): Sandglass['stream'] {
  return useServer().client.stream;
}

/** Whether what is shown comes from a file. */
export function useIsOffline(): boolean {
  return useServer().offline ?? false;
}

/** Since when the server is away, by its own clock; undefined while it is there. */
export function useLostSince(): number | undefined {
  const { connection } = useServer();
  useStore(connection);
  return connection.lostAtMs;
}

export function useConnection(): Connection {
  return useStore(useServer().connection);
}
