/** Messages of the Chrome DevTools Protocol as far as the door looks at them. Source: chromedevtools.github.io/devtools-protocol. */

export type Fields = Readonly<Record<string, unknown>>;

export interface Command {
  readonly id: number;
  readonly method: string;
  readonly params: Fields;
  /** Of the tab (or worker) that it is for; absent: the browser itself. */
  readonly sessionId: string | undefined;
}

export const fieldsOf = (value: unknown): Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};

/** What the browser says to a command. */
export type Answer = { readonly result: Fields } | { readonly error: Fields };

/** Null when it is none: then it is the browser's to refuse. */
export function readCommand(text: string): Command | null {
  const { id, method, params, sessionId } = fieldsOf(parsed(text));
  if (!Number.isSafeInteger(id) || typeof id !== 'number' || typeof method !== 'string') return null;
  return { id, method, params: fieldsOf(params), sessionId: typeof sessionId === 'string' ? sessionId : undefined };
}

export const writeCommand = ({ id, method, params, sessionId }: Command): string =>
  JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) });

/** How a message of the browser begins; it writes the id, or the method, first. */
export interface Head {
  readonly id: number | undefined;
  readonly method: string;
}

const HEAD_BYTES = 96;
/** `,"sessionId":"…"}` at its end. */
const TAIL_BYTES = 96;

export function headOf(bytes: Buffer): Head {
  const [, id, method = ''] =
    /^\{"(?:id":(\d{1,15})[,}]|method":"([\w.]+)")/.exec(bytes.toString('latin1', 0, HEAD_BYTES)) ?? [];
  return { id: id === undefined ? undefined : Number(id), method };
}

export const sessionOf = (bytes: Buffer): string | undefined =>
  /,"sessionId":"([\w-]{1,64})"\}$/.exec(bytes.toString('latin1', Math.max(0, bytes.length - TAIL_BYTES)))?.[1];

/** Pictures and texts of megabytes say nothing of how it went: an answer that is all well is read only when the `whole` is wanted. */
export function readAnswer(bytes: Buffer, { whole }: { whole: boolean }): Answer {
  const saysMore = () => SAYS_MORE.some((word) => bytes.includes(word));
  if (!whole && bytes.length > SMALL_BYTES && !saysMore()) return { result: {} };
  const { result, error } = fieldsOf(parsed(bytes.toString()));
  return error === undefined ? { result: fieldsOf(result) } : { error: fieldsOf(error) };
}

const SMALL_BYTES = 4_096;
const SAYS_MORE = ['"error":', '"errorText":', '"exceptionDetails":'];

/** Undefined when it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A refusal, or an answer that the browser did not give. */
export const writeAnswer = (
  { id, sessionId }: Pick<Command, 'id' | 'sessionId'>,
  answer: { readonly result: Fields } | { readonly error: { readonly code: number; readonly message: string } },
): string => JSON.stringify({ id, ...answer, ...(sessionId === undefined ? {} : { sessionId }) });

export const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
