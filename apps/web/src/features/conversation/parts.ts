/** What a message says, as parts that can be shown, whichever provider's API it is of. Pure. */

export interface Part {
  readonly kind: 'text' | 'thinking' | 'toolUse' | 'toolResult' | 'picture' | 'other';
  /** Of a tool that is used. */
  readonly name: string | null;
  readonly text: string;
  /** Ties what came of a tool to its use. */
  readonly use?: string;
  /** What a tool is given, one by one, where that can be told. */
  readonly given?: readonly Given[];
  /** The tool said that it failed. */
  readonly failed?: boolean;
}

export interface Given {
  readonly name: string;
  readonly text: string;
}

type Fields = Readonly<Record<string, unknown>>;
const fields = (value: unknown): Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
/** Nothing that is meant is nested deeper; a file from a stranger may be. */
const DEEPEST = 12;
function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value, null, 2) ?? '';
  } catch {
    return 'This is nested too deeply to be shown.';
  }
}

/** Of OpenAI's Responses: what stands beside messages. */
const items: ReadonlySet<string> = new Set([
  ...['function_call', 'computer_call', 'function_call_output', 'computer_call_output', 'reasoning'],
]);
/** More are shown as they came. */
const MOST_GIVEN = 24;

function toolUse(name: unknown, given: unknown, use: unknown): Part {
  const value = parsed(given);
  const named = Object.entries(fields(value)).map(([key, each]) => ({ name: key, text: shown(each) }));
  const isNamed = isObject(value) && named.length <= MOST_GIVEN;
  return {
    ...{ kind: 'toolUse', name: textOf(name), text: shown(given) },
    ...(isNamed ? { given: named } : {}),
    ...tied(use),
  };
}

function toolResult(text: string, use: unknown, failed = false): Part {
  return { kind: 'toolResult', name: null, text, ...tied(use), ...(failed ? { failed } : {}) };
}

const tied = (use: unknown) => (typeof use === 'string' ? { use } : {});
const isObject = (value: unknown): boolean => value !== null && typeof value === 'object' && !Array.isArray(value);
/** Some APIs send what a tool is given as text. */
function parsed(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}

/** @param message as it was kept: the whole message, or an item of OpenAI's Responses */
export function partsOf(message: unknown): Part[] {
  const { content, tool_calls: calls, tool_call_id: result, type } = fields(message);
  if (typeof type === 'string' && items.has(type)) return [partOf(message)];
  const said =
    typeof content === 'string'
      ? [text('text', content)]
      : Array.isArray(content)
        ? content.map((part) => partOf(part))
        : [];
  const parts = textOf(result) === null ? said : [toolResult(whole(said), result)];
  const uses = (Array.isArray(calls) ? calls : []).map((call) => {
    const { name, arguments: given } = fields(fields(call)['function']);
    return toolUse(name, given, fields(call)['id']);
  });
  const all = [...parts, ...uses].filter((part) => part.text !== '' || part.kind !== 'text');
  return all.length > 0 || content === '' || content === null ? all : [text('other', shown(message))];
}

function partOf(value: unknown, depth = 0): Part {
  if (depth > DEEPEST) return text('other', shown(value));
  const part = fields(value);
  const said = textOf(part['text']);
  switch (part['type']) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return text('text', said ?? '');
    case 'refusal':
      return text('text', textOf(part['refusal']) ?? '');
    case 'thinking':
      return text('thinking', textOf(part['thinking']) ?? '');
    case 'reasoning':
      return text(
        'thinking',
        (Array.isArray(part['summary']) ? part['summary'] : []).map((each) => fields(each)['text'] ?? '').join('\n'),
      );
    case 'tool_use':
      return toolUse(part['name'], part['input'], part['id']);
    case 'function_call':
      return toolUse(part['name'], part['arguments'], part['call_id']);
    case 'computer_call':
      return toolUse('computer', part['action'], part['call_id']);
    case 'tool_result':
      return toolResult(inner(part['content'], depth), part['tool_use_id'], part['is_error'] === true);
    case 'function_call_output':
    case 'computer_call_output':
      return toolResult(inner(part['output'], depth), part['call_id']);
    case 'image':
    case 'image_url':
    case 'input_image':
    case 'computer_screenshot':
      return text('picture', 'A picture; what it showed is in the recording as the screen');
    default:
      return text('other', shown(value));
  }
}

const text = (kind: Part['kind'], said: string): Part => ({ kind, name: null, text: said });
const whole = (parts: readonly Part[]): string => parts.map((part) => part.text).join('\n');
const inner = (content: unknown, depth: number): string =>
  typeof content === 'string'
    ? content
    : Array.isArray(content)
      ? whole(content.map((part) => partOf(part, depth + 1)))
      : content === undefined
        ? ''
        : isObject(content)
          ? partOf(content, depth + 1).text
          : shown(content);
