/** One session: a host that has said hello, the sandbox it works in, and what it holds there. */
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { AppError, isAppError, type Notice, type SandboxId, toAppError } from '@sandglass/protocol';
import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import type { Principal } from '../../identity/identity.ts';
import type { Caller, Services } from '../../services.ts';
import type { Asking } from '../acts/asking.ts';
import { Desks } from '../acts/desk.ts';
import { type Extra, openProgress } from './progress.ts';
import { listResources, readResource, resourceTemplates } from './resources.ts';
import { type Tool, type ToolCall, text } from './tool.ts';
import { findTool, listedTools } from './tools.ts';
import { type Wishes, Workplace } from './workplace.ts';

const INSTRUCTIONS =
  'Sandglass gives you a machine of your own: a Linux sandbox with a shell (bash), files, terminals, and, where its image has one, a screen (computer_*) and a browser (browser_*). People may watch, hold a call before it runs, change it, answer in its place or take over; an answer then says so. Say what you plan and why with `say`; ask with `ask_person` when only a person can know. Make a checkpoint before what cannot be undone. There is no network but for the hosts that were allowed.';

/** Of one session; a host works in one or two. */
const MAX_DESKS = 8;

export interface SessionOptions {
  readonly services: Services;
  readonly principal: Principal;
  readonly wishes: Wishes;
  readonly version: string;
  readonly logger: FastifyBaseLogger;
  readonly newId: () => string;
  /** Once, however it ends. */
  readonly onEnd: (session: McpSession) => void;
}

export class McpSession {
  readonly id: string;
  readonly transport: StreamableHTTPServerTransport;
  readonly #options: SessionOptions;
  readonly #server: Server;
  readonly #desks: Desks;
  readonly #workplace: Workplace;
  #phase: 'open' | 'ended' = 'open';
  /** Requests and streams that are open now. */
  #connections = 0;
  #lastSeenMs = performance.now();

  private constructor(options: SessionOptions) {
    this.#options = options;
    const { services, principal, wishes, version } = options;
    this.id = options.newId();
    this.#workplace = new Workplace(services, wishes, principal);
    this.#desks = new Desks(services, { atMost: MAX_DESKS });
    this.transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => this.id });
    this.#server = new Server(
      { name: 'sandglass', title: 'Sandglass', version },
      { capabilities: { tools: {}, resources: {} }, instructions: INSTRUCTIONS },
    );
    this.#server.onclose = () => this.#ended();
    this.#server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listedTools() }));
    this.#server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) =>
      this.#callTool(params.name, params.arguments ?? {}, extra),
    );
    const facts = () => ({ services, caller: this.#caller, principal, workplace: this.#workplace });
    this.#server.setRequestHandler(ListResourcesRequestSchema, () => spoken(() => listResources(facts())));
    this.#server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates }));
    this.#server.setRequestHandler(ReadResourceRequestSchema, ({ params }, { signal }) =>
      spoken(() => readResource(params.uri, facts(), signal)),
    );
  }

  static async open(options: SessionOptions): Promise<McpSession> {
    const session = new McpSession(options);
    // The cast: its types do not allow for exactOptionalPropertyTypes.
    await session.#server.connect(session.transport as Parameters<Server['connect']>[0]);
    return session;
  }

  get token(): string {
    return this.#options.principal.token.id;
  }

  /** Since when nobody is connected to it; undefined while somebody is. */
  get idleSinceMs(): number | undefined {
    return this.#connections > 0 ? undefined : this.#lastSeenMs;
  }

  /** Counts a request until its reply is over. */
  connected(): () => void {
    this.#connections++;
    return () => {
      this.#connections--;
      this.#lastSeenMs = performance.now();
    };
  }

  async close(): Promise<void> {
    await this.#server.close();
    this.#ended();
  }

  get #caller(): Caller {
    return { actor: 'agent', token: this.#options.principal.token.id, door: 'mcp' };
  }

  #ended(): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    this.#desks.close();
    this.#options.onEnd(this);
  }

  async #callTool(name: string, given: Record<string, unknown>, extra: Extra): Promise<CallToolResult> {
    const tool = findTool(name);
    if (!tool)
      throw new McpError(
        ErrorCode.InvalidParams,
        `There is no tool “${name.slice(0, 80)}”. tools/list has those there are.`,
      );
    const progress = openProgress(extra);
    const notices: Notice[] = [];
    const told = { onHeld: progress.onHeld, onNotice: (come: readonly Notice[]) => void notices.push(...come) };
    const call = this.#toolCall(given, { signal: extra.signal, told });
    const heard = () =>
      [...notices, ...call.missed()].map(({ text: words, from }) => text(`[From ${from}, a person: ${words}]`));
    try {
      const use = { name: tool.name, input: given };
      const content = await this.#options.services.calls.causes.within(this.#caller.token, use, () =>
        Promise.resolve(tool.run(parseInput(tool, given), call)),
      );
      return { content: [...content, ...heard()] };
    } catch (thrown) {
      const error = isAppError(thrown) ? thrown : toAppError(thrown);
      if (error.code === 'internal') this.#options.logger.error({ err: thrown, tool: name }, 'a tool failed');
      return { isError: true, content: [text(error.message), ...heard()] };
    } finally {
      progress.stop();
    }
  }

  #toolCall(given: Record<string, unknown>, asking: Asking): ToolCall & { missed(): readonly Notice[] } {
    const { services, principal } = this.#options;
    const caller = this.#caller;
    const named = typeof given['sandbox'] === 'string' ? given['sandbox'] : undefined;
    let used: SandboxId | null = null;
    const sandbox = async () => {
      used = await this.#workplace.find(caller, principal, named);
      return used;
    };
    return {
      services,
      caller,
      principal,
      workplace: this.#workplace,
      asking,
      // What people sent while something ran that cannot carry it.
      missed: () => (used === null || services.gate.notices(used) === 0 ? [] : services.gate.takeNotices(caller, used)),
      sandbox,
      desk: async () => {
        const id = await sandbox();
        const desk = this.#desks.of(caller, id);
        desk.computer.declared = this.#workplace.display;
        return desk;
      },
    };
  }
}

function parseInput(tool: Tool, given: Record<string, unknown>): Record<string, unknown> {
  const result = tool.input.safeParse(given);
  if (result.success) return result.data;
  throw new AppError('badRequest', `The arguments of ${tool.name} are not valid.\n${z.prettifyError(result.error)}`);
}

/** For requests whose errors are the protocol's, not a tool's. */
async function spoken<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof McpError) throw thrown;
    const error = isAppError(thrown) ? thrown : toAppError(thrown);
    // -32002: the protocol's own code for a resource that is not there.
    const code =
      error.code === 'notFound'
        ? -32002
        : error.code === 'internal'
          ? ErrorCode.InternalError
          : ErrorCode.InvalidParams;
    throw new McpError(code, error.message);
  }
}
