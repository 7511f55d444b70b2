/** For tests: a model that speaks the real APIs, asks for one tool and is content with what comes of it. */
import { json, type ModelUpstream, openModelUpstream } from '../../../test/modelUpstream.ts';

/** What it says when it has seen the tool's result. */
export const CONTENT = 'I have seen it.';

const usage = { input_tokens: 10, output_tokens: 5 };

type Body = Record<string, unknown> & { messages?: { role: string; content: unknown }[]; input?: { type?: string }[] };

export async function openScriptedModel(): Promise<ModelUpstream> {
  const upstream = await openModelUpstream();
  upstream.answer = ({ path, body }, reply) => {
    const answer = answers[path.split('?')[0]!];
    if (answer === undefined) json(reply, 404, { error: { message: `nothing at ${path}` } });
    // As with the real ones, no reply has the id of another: kits tell messages apart by it.
    else json(reply, 200, { ...answer(JSON.parse(body) as Body), id: `reply_${upstream.asked.length}` });
  };
  return upstream;
}

const answers: Readonly<Record<string, (asked: Body) => object>> = {
  '/v1/messages': ({ messages = [], model, tools }) => {
    const said = JSON.stringify(messages.at(-1));
    const isToolset = JSON.stringify(tools ?? []).includes('computer_toolset_20260801');
    // A result that does not name the toolset of its use is refused by the real one.
    const seen = said.includes('tool_result') && (!isToolset || said.includes('"toolset_name":"computer"'));
    const use = isToolset
      ? { toolset_name: 'computer', name: 'screenshot', input: {} }
      : { name: 'computer', input: { action: 'screenshot' } };
    return {
      ...{ type: 'message', role: 'assistant', model, usage, stop_sequence: null },
      content: seen ? [{ type: 'text', text: CONTENT }] : [{ type: 'tool_use', id: 'toolu_1', ...use }],
      stop_reason: seen ? 'end_turn' : 'tool_use',
    };
  },
  '/v1/responses': ({ input = [], model, tools }) => {
    const seen = Array.isArray(input) && input.some(({ type }) => type?.endsWith('_call_output'));
    const isComputer = JSON.stringify(tools).includes('computer_use_preview');
    const call = { id: 'fc_1', call_id: 'call_1', status: 'completed' };
    const message = {
      ...{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed' },
      content: [{ type: 'output_text', text: CONTENT, annotations: [] }],
    };
    const use = isComputer
      ? { ...call, type: 'computer_call', action: { type: 'screenshot' }, pending_safety_checks: [] }
      : { ...call, type: 'function_call', name: 'bash', arguments: JSON.stringify({ command: 'uname -a' }) };
    return {
      ...{ object: 'response', created_at: 1, model, status: 'completed', error: null, tools: [] },
      ...{ incomplete_details: null, instructions: null, metadata: {}, parallel_tool_calls: true, tool_choice: 'auto' },
      output: [seen ? message : use],
      usage: {
        ...{ ...usage, total_tokens: 15 },
        ...{ input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } },
      },
    };
  },
  '/v1/chat/completions': ({ messages = [], tools = [], model }) => {
    const seen = messages.some(({ role }) => role === 'tool');
    const names = (tools as { function: { name: string } }[]).map((tool) => tool.function.name);
    // Some kits put the server's name before the tool's.
    const name = names.find((each) => /(^|_)bash$/.test(each)) ?? 'bash';
    const use = { name, arguments: JSON.stringify({ command: 'uname -a' }) };
    return {
      ...{ object: 'chat.completion', created: 1, model },
      choices: [
        {
          ...{ index: 0, logprobs: null, finish_reason: seen ? 'stop' : 'tool_calls' },
          message: seen
            ? { role: 'assistant', content: CONTENT, refusal: null }
            : { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: use }] },
        },
      ],
      usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    };
  },
};
