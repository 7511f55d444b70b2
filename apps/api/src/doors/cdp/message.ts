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

/** Null when it is none: then it is the browser's to refuse. */
export function readCommand(text: string): Command | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { id, method, params, sessionId } = fieldsOf(value);
  if (typeof id !== 'number' || typeof method !== 'string') return null;
  return { id, method, params: fieldsOf(params), sessionId: typeof sessionId === 'string' ? sessionId : undefined };
}

export const writeCommand = ({ id, method, params, sessionId }: Command): string =>
  JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) });

/** A refusal, or an answer that the browser did not give. */
export const writeAnswer = (
  { id, sessionId }: Pick<Command, 'id' | 'sessionId'>,
  answer: { readonly result: Fields } | { readonly error: { readonly code: number; readonly message: string } },
): string => JSON.stringify({ id, ...answer, ...(sessionId === undefined ? {} : { sessionId }) });

export const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
