/** What every door is to the server: something that mounts its addresses, and says how an agent finds them. */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Gatekeeper } from '../http/authenticate.ts';
import type { Services } from '../services.ts';

export interface DoorContext {
  readonly gatekeeper: Gatekeeper;
  readonly services: Services;
}

export interface DoorAddress {
  /** Of this server, without a slash at its end. */
  readonly url: string;
  readonly token: string;
}

export interface DoorFacts {
  /** As in `npm start -- --json`, under `doors`. */
  readonly name: 'e2b' | 'mcp' | 'cdp' | 'computer' | 'model';
  /** For doors that are known by headers and not by their paths: the place of theirs that a request goes to instead. */
  takes?(request: IncomingMessage): string | undefined;
  mount(app: FastifyInstance, context: DoorContext): Promise<void>;
  /** For doors that have a port of their own, after the server listens. */
  listen?(where: { readonly host: string; readonly serverPort: number }): Promise<void>;
  close?(): Promise<void>;
  /** Variables or URLs, exactly as an agent needs them. */
  describe(address: DoorAddress): Readonly<Record<string, string>>;
}
