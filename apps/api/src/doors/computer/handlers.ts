import {
  AppError,
  ComputerCall,
  type ComputerUse,
  type ComputerUseResult,
  isAppError,
  type Notice,
  ToolUseBlock,
  toAppError,
} from '@sandglass/protocol';
import type { Handlers } from '../../http/handlers.ts';
import type { Services } from '../../services.ts';
import type { Asking } from '../acts/asking.ts';
import { type Desk, Desks } from '../acts/desk.ts';
import { type Part, runAnthropicTool } from './anthropic.ts';
import { actionsOf, runOpenaiAction } from './openai.ts';

/** One of each token in each sandbox; what is held down or can be undone is forgotten with it. */
const MAX_DESKS = 1_000;

interface At {
  readonly desk: Desk;
  readonly asking: Asking;
  readonly acknowledge: boolean;
  /** As the carrying out of this tool use. */
  readonly within: <T>(
    use: { id: string; name: string; input: Record<string, unknown> },
    work: () => Promise<T>,
  ) => Promise<T>;
  /** What people told the agent meanwhile, once. */
  readonly hear: () => string[];
}

export function computerUseHandlers(services: Services): Pick<Handlers, 'computerUse'> {
  let desks: Desks | undefined;
  return {
    computerUse: async ({ params, query, body, caller, signal }) => {
      services.sandboxes.get(params.sandbox);
      desks ??= new Desks(services, { atMost: MAX_DESKS });
      const desk = desks.of({ ...caller, actor: 'agent', door: 'computer' }, params.sandbox);
      const { width, height, acknowledgeSafetyChecks = false } = query;
      desk.computer.declared = width === undefined || height === undefined ? null : { width, height };
      const heard: Notice[] = [];
      const told = { onNotice: (notices: readonly Notice[]) => void heard.push(...notices) };
      return await runAll(body, {
        desk,
        asking: { signal, told },
        acknowledge: acknowledgeSafetyChecks,
        within: (use, work) => services.calls.causes.within(caller.token, use, work),
        hear: () => heard.splice(0).map(({ from, text }) => `[From ${from}, a person: ${text}]`),
      });
    },
  };
}

/** One after the other: a model means them in their order. */
async function runAll(body: ComputerUse, at: At): Promise<ComputerUseResult[]> {
  const results: ComputerUseResult[] = [];
  for (const item of Array.isArray(body) ? body : [body]) {
    const block = ToolUseBlock.safeParse(item);
    const call = ComputerCall.safeParse(item);
    if (block.success) results.push(await runBlock(block.data, at));
    else if (call.success) results.push(...(await runCall(call.data, at)));
    else if (item.type === 'tool_use' || item.type === 'computer_call')
      throw new AppError(
        'badRequest',
        `This ${item.type} is not whole: it needs an id and ${item.type === 'tool_use' ? 'a name and an input' : 'a call_id and an action'}.`,
      );
  }
  return results;
}

async function runBlock({ id, name, input }: ToolUseBlock, at: At): Promise<ComputerUseResult> {
  const result = { type: 'tool_result' as const, tool_use_id: id };
  try {
    const parts = await at.within({ id, name, input }, async () => await runAnthropicTool(name, input, at));
    return { ...result, content: [...parts, ...heard(at)].map(blockOf) };
  } catch (thrown) {
    return { ...result, content: [{ text: wordsFor(thrown) }, ...heard(at)].map(blockOf), is_error: true };
  }
}

const heard = (at: At): Part[] => at.hear().map((text) => ({ text }));

async function runCall(call: ComputerCall, at: At): Promise<ComputerUseResult[]> {
  const checks = (call.pending_safety_checks ?? []).map(({ id, code, message }) => ({ id, code, message }));
  if (checks.length > 0 && !at.acknowledge)
    throw new AppError(
      'unprocessable',
      `OpenAI wants a person to look at this call first: ${checks.map(({ message, code, id }) => message ?? code ?? id).join('; ')}. Nothing was done. Send it again with acknowledgeSafetyChecks=true when somebody has.`,
      { details: { pending_safety_checks: checks } },
    );
  const said: string[] = [];
  let failure: string | null = null;
  try {
    const use = { id: call.call_id, name: 'computer', input: {} };
    await at.within(use, async () => {
      for (const action of actionsOf(call)) said.push(await runOpenaiAction(action, at.desk, at.asking));
    });
  } catch (thrown) {
    failure = wordsFor(thrown);
  }
  const { computer } = at.desk;
  const onlyLooks = [call.action, ...(call.actions ?? [])].every(
    (action) => !action || action['type'] === 'screenshot',
  );
  const shot = onlyLooks ? await computer.screenshot(at.asking) : await computer.settled(at.asking.signal);
  const output: ComputerUseResult = {
    type: 'computer_call_output',
    call_id: call.call_id,
    output: {
      type: 'computer_screenshot',
      image_url: `data:image/png;base64,${Buffer.from(shot.png).toString('base64')}`,
    },
    status: failure === null ? 'completed' : 'incomplete',
    ...(checks.length === 0 ? {} : { acknowledged_safety_checks: checks }),
  };
  const words = [
    ...at.hear(),
    ...said,
    ...(failure === null ? [] : [`The last computer call was not done: ${failure}`]),
  ].filter(Boolean);
  if (words.length === 0) return [output];
  return [output, { type: 'message', role: 'developer', content: [{ type: 'input_text', text: words.join('\n') }] }];
}

function blockOf(part: Part): Extract<ComputerUseResult, { type: 'tool_result' }>['content'][number] {
  if ('text' in part) return { type: 'text', text: part.text };
  const data = Buffer.from(part.png).toString('base64');
  return { type: 'image', source: { type: 'base64', media_type: 'image/png', data } };
}

/** For the model to read. What it cannot help goes to the loop that asks. */
function wordsFor(thrown: unknown): string {
  const error = isAppError(thrown) ? thrown : toAppError(thrown);
  if (['internal', 'gone', 'sandboxLost'].includes(error.code)) throw thrown;
  return error.message;
}
