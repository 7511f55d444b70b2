/** What a message says, as parts that can be shown, whichever provider's API it is of. Pure. */

export interface Part {
  readonly kind: 'text' | 'thinking' | 'toolUse' | 'toolResult' | 'picture' | 'other';
  /** Of a tool, by its name or by the id of its use. */
  readonly name: string | null;
  readonly text: string;
  /** The tool said that it failed. */
  readonly failed?: boolean;
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

/** @param message as it was kept: the whole message, or an item of OpenAI's Responses */
export function partsOf(message: unknown): Part[] {
  const { content, tool_calls: calls, tool_call_id: result, type } = fields(message);
  if (type === 'function_call' || type === 'computer_call' || type === 'function_call_output' || type === 'reasoning')
    return [partOf(message)];
  const said =
    typeof content === 'string'
      ? [text('text', content)]
      : Array.isArray(content)
        ? content.map((part) => partOf(part))
        : [];
  const parts =
    textOf(result) === null ? said : [{ kind: 'toolResult' as const, name: textOf(result), text: whole(said) }];
  const uses = (Array.isArray(calls) ? calls : []).map((call) => {
    const { name, arguments: given } = fields(fields(call)['function']);
    return { kind: 'toolUse' as const, name: textOf(name), text: shown(given) };
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
      return { kind: 'toolUse', name: textOf(part['name']), text: shown(part['input']) };
    case 'function_call':
      return { kind: 'toolUse', name: textOf(part['name']), text: shown(part['arguments']) };
    case 'computer_call':
      return { kind: 'toolUse', name: 'computer', text: shown(part['action']) };
    case 'tool_result':
      return {
        ...{ kind: 'toolResult', name: textOf(part['tool_use_id']), text: inner(part['content'], depth) },
        ...(part['is_error'] === true ? { failed: true } : {}),
      };
    case 'function_call_output':
      return { kind: 'toolResult', name: textOf(part['call_id']), text: inner(part['output'], depth) };
    case 'image':
    case 'image_url':
    case 'input_image':
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
        : shown(content);
