/** What a model answered, whichever wire format it came in. */

export interface ToolUse {
  readonly id: string;
  readonly name: string;
  /** As the model gave it; the text itself where it is no JSON. */
  readonly input: unknown;
}

export interface Usage {
  /** Tokens. `input` counts those that came from a cache too. */
  readonly input: number;
  readonly output: number;
  readonly cached: number;
}

export interface ModelReply {
  /** By which a later request can go on from it; null where that cannot be. */
  readonly id: string | null;
  readonly model: string | null;
  readonly text: string;
  readonly thinking: string;
  readonly toolUses: readonly ToolUse[];
  /** Null when the upstream did not say. */
  readonly usage: Usage | null;
  readonly stopReason: string | null;
  /** An error that came in the middle of a stream. */
  readonly error: string | null;
  /** False when the stream was cut before its own end. */
  readonly complete: boolean;
}

/** Takes a reply apart while it streams by. Feeding it nonsense is harmless: what it cannot read it leaves out. */
export interface ReplyReader {
  /** One server-sent event. */
  event(name: string | undefined, data: string): void;
  /** A reply that was not streamed. */
  whole(body: unknown): void;
  reply(): ModelReply;
}

/** More than this of one reply is not kept in memory; the agent gets all of it. */
const MAX_KEPT_CHARACTERS = 4_000_000;

/** Grows a reply from its parts. */
export class ReplyParts {
  id: string | null = null;
  model: string | null = null;
  stopReason: string | null = null;
  error: string | null = null;
  complete = false;
  usage: Usage | null = null;
  #text = '';
  #thinking = '';
  readonly #tools = new Map<string | number, { id: string; name: string; json: string; input?: unknown }>();
  #kept = 0;

  addText(part: unknown): void {
    if (this.#keeps(part)) this.#text += part;
  }

  addThinking(part: unknown): void {
    if (this.#keeps(part)) this.#thinking += part;
  }

  /** @param key what later parts of the same tool use are known by */
  openTool(key: string | number, id: unknown, name: unknown, input?: unknown): void {
    const known = this.#tools.get(key);
    this.#tools.set(key, {
      id: typeof id === 'string' ? id : (known?.id ?? ''),
      name: typeof name === 'string' ? name : (known?.name ?? ''),
      json: known?.json ?? '',
      ...(input === undefined ? {} : { input }),
    });
  }

  addToolInput(key: string | number, part: unknown): void {
    const tool = this.#tools.get(key);
    if (tool !== undefined && this.#keeps(part)) tool.json += part;
  }

  /** The whole input of a tool use at once, in place of its parts. */
  setToolInput(key: string | number, json: unknown): void {
    const tool = this.#tools.get(key);
    if (tool !== undefined && typeof json === 'string') tool.json = json;
  }

  setUsage(input: unknown, output: unknown, cached: unknown): void {
    this.usage = {
      input: count(input) ?? this.usage?.input ?? 0,
      output: count(output) ?? this.usage?.output ?? 0,
      cached: count(cached) ?? this.usage?.cached ?? 0,
    };
  }

  reply(): ModelReply {
    return {
      id: this.id,
      model: this.model,
      text: this.#text,
      thinking: this.#thinking,
      toolUses: [...this.#tools.values()].map(({ id, name, json, input }) => ({
        id,
        name,
        input: json === '' ? (input ?? {}) : parsed(json),
      })),
      usage: this.usage,
      stopReason: this.stopReason,
      error: this.error,
      complete: this.complete,
    };
  }

  #keeps(part: unknown): part is string {
    if (typeof part !== 'string' || this.#kept + part.length > MAX_KEPT_CHARACTERS) return false;
    this.#kept += part.length;
    return true;
  }
}

export type Fields = Readonly<Record<string, unknown>>;

/** An object's fields; none of anything else. */
export const fields = (value: unknown): Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};

export const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
export const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

export function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
