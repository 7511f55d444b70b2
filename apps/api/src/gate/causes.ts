/**
 * Which tool use of a model a call comes from. A link is made only where there is one answer: the same token in the same sandbox,
 * the same tool with equal arguments (or the tool use's own id), between the reply that holds the tool use and the request that
 * carries its result. What could be two is none.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { CallId, SandboxId, TokenId } from '@sandglass/protocol';

/** The call of the model’s reply, and the tool use in it. */
export interface Cause {
  readonly call: CallId;
  readonly toolUse: string;
}

/** As a model asks for it. */
export interface OfferedUse {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** As a door hears it. */
export interface HeardUse {
  /** Where the protocol carries it on. */
  readonly id?: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Pending extends OfferedUse {
  readonly sandbox: SandboxId;
  readonly call: CallId;
  readonly atMs: number;
}

/** Nobody runs a tool later than this after its reply has come. */
const MOST_MS = 600_000;
const MOST_PENDING = 256;
const MOST_TOKENS = 1_000;

export class Causes {
  readonly #now: () => number;
  readonly #pending = new Map<TokenId, Pending[]>();
  readonly #within = new AsyncLocalStorage<{ cause: (Cause & { readonly sandbox: SandboxId }) | null }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A reply has come in full. */
  offer(
    token: TokenId,
    sandbox: SandboxId,
    reply: { readonly call: CallId; readonly uses: readonly OfferedUse[] },
  ): void {
    const atMs = this.#now();
    const added = reply.uses
      .filter(({ id }) => id !== '')
      .map(({ id, name, input }) => ({ id, name, input, sandbox, call: reply.call, atMs }));
    if (added.length === 0) return;
    const all = [...this.#of(token), ...added].slice(-MOST_PENDING);
    this.#pending.delete(token);
    this.#pending.set(token, all);
    if (this.#pending.size > MOST_TOKENS) this.#pending.delete(this.#pending.keys().next().value!);
  }

  /** Their results are on the way to the model: their turn is over. */
  settle(token: TokenId, ids: ReadonlySet<string>): void {
    if (ids.size > 0) this.#keep(token, ({ id }) => !ids.has(id));
  }

  /** Runs a tool; the calls that it makes come from the tool use that fits, if there is one. */
  async within<T>(token: TokenId, heard: HeardUse, work: () => Promise<T>): Promise<T> {
    const input = plain(heard.input);
    const found = this.#take(token, (use) =>
      heard.id !== undefined
        ? use.id === heard.id && isSameTool(use.name, heard.name)
        : isSameTool(use.name, heard.name) && isDeepStrictEqual(plain(use.input), input),
    );
    const tool = { cause: found ? { call: found.call, toolUse: found.id, sandbox: found.sandbox } : null };
    try {
      return await this.#within.run(tool, work);
    } finally {
      // What it opened and what goes on by itself is not its doing any more.
      tool.cause = null;
    }
  }

  /** Of a call that is asked now. Within a tool it is the tool's, else that of the one tool use which says the same. */
  of(
    token: TokenId,
    sandbox: SandboxId,
    asked: { readonly name: string; readonly arguments: object },
  ): Cause | undefined {
    const tool = this.#within.getStore();
    if (tool !== undefined) {
      const { cause } = tool;
      return cause?.sandbox === sandbox ? { call: cause.call, toolUse: cause.toolUse } : undefined;
    }
    const says = sayings[asked.name]?.(asked.arguments as Fields);
    if (says === undefined) return undefined;
    const found = this.#take(token, (use) => use.sandbox === sandbox && isFields(use.input) && says(use.input));
    return found && { call: found.call, toolUse: found.id };
  }

  #of(token: TokenId): readonly Pending[] {
    const since = this.#now() - MOST_MS;
    return (this.#pending.get(token) ?? []).filter(({ atMs }) => atMs >= since);
  }

  #take(token: TokenId, fits: (use: Pending) => boolean): Pending | undefined {
    const found = this.#of(token).filter(fits);
    const [one] = found;
    if (one === undefined || found.length > 1) return undefined;
    this.#keep(token, (use) => use !== one);
    return one;
  }

  #keep(token: TokenId, isKept: (use: Pending) => boolean): void {
    const kept = this.#of(token).filter(isKept);
    if (kept.length === 0) this.#pending.delete(token);
    else this.#pending.set(token, [...kept]);
  }
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Hosts put the name of the server before that of its tool: `mcp__sandglass__bash`, `sandglass__bash`, `sandglass_bash`. */
const isSameTool = (said: string, tool: string): boolean =>
  said === tool || ['__', '_', '-', '.'].some((between) => said.endsWith(`sandglass${between}${tool}`));

/** What some SDKs say where nothing is meant, said by nothing. */
const plain = (value: unknown): unknown =>
  isFields(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, each]) => each !== null && each !== undefined)
          .map(([name, each]) => [name, plain(each)]),
      )
    : value;

/** For tools of an agent's own, which come as plain calls: whether an input says what the call does. */
const sayings: Readonly<Record<string, (given: Fields) => ((input: Fields) => boolean) | undefined>> = {
  exec: ({ command, cwd }) => {
    const text = scriptOf(command);
    if (text === undefined) return undefined;
    return (input) =>
      ['command', 'cmd', 'code', 'script'].some((name) => scriptOf(input[name]) === text) &&
      (input['cwd'] === undefined || input['cwd'] === null || input['cwd'] === cwd);
  },
  write: ({ path, sizeBytes }) => {
    if (typeof path !== 'string' || typeof sizeBytes !== 'number') return undefined;
    const where = placeOf(path);
    return (input) =>
      ['path', 'file_path', 'filePath', 'filename'].some(
        (name) => isText(input[name]) && placeOf(input[name]) === where,
      ) &&
      ['content', 'contents', 'text', 'file_text'].some(
        (name) => isText(input[name]) && Buffer.byteLength(input[name]) === sizeBytes,
      );
  },
  'browser.navigate': ({ url }) => {
    if (!isText(url)) return undefined;
    return (input) => isText(input['url']) && hrefOf(input['url']) === hrefOf(url);
  },
};

const isText = (value: unknown): value is string => typeof value === 'string';
const placeOf = (path: string): string => posix.resolve('/home/user', path);

/** A script as it was said, without the shell that a door puts around it. */
function scriptOf(command: unknown): string | undefined {
  if (isText(command)) return command.trim();
  if (!Array.isArray(command) || !command.every(isText)) return undefined;
  const [shell = '', ...rest] = command;
  const isShell =
    /(^|\/)(ba|da|z)?sh$/.test(shell) && rest.length > 1 && rest.slice(0, -1).every((word) => /^-[lic]+$/.test(word));
  return (isShell ? rest.at(-1)! : command.join(' ')).trim();
}

function hrefOf(url: string): string {
  try {
    return new URL(url).href;
  } catch {
    return url;
  }
}
