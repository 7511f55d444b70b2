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
import { Desks } from '../acts/desk.ts';
import type { Pause } from '../acts/pause.ts';
import { type Part, runAnthropicTool, type ToolPlace } from './anthropic.ts';
import { runOpenaiCall } from './openai.ts';

/** One of each token in each sandbox; what is held down or can be undone is forgotten with it. */
const MAX_DESKS = 1_000;
const NOT_EXECUTED = 'Not executed: an earlier computer action of this reply failed.';

interface At extends ToolPlace {
  /** As the carrying out of this tool use. */
  readonly within: <T>(
    use: { id: string; name: string; input: Record<string, unknown> },
    work: () => Promise<T>,
  ) => Promise<T>;
  /** What people told the agent meanwhile, once. */
  readonly hear: () => string[];
}

export function computerUseHandlers(
  services: Services,
  options: { readonly pause?: Pause } = {},
): Pick<Handlers, 'computerUse'> {
  let desks: Desks | undefined;
  return {
    computerUse: async ({ params, query, body, caller, signal }) => {
      services.sandboxes.get(params.sandbox);
      const items = wholeItems(body, query.acknowledgeSafetyChecks ?? false);
      desks ??= new Desks(services, { ...options, atMost: MAX_DESKS });
      const desk = desks.of({ ...caller, actor: 'agent', door: 'computer' }, params.sandbox);
      const { width, height, maxCharacters = null } = query;
      desk.computer.declared = width === undefined || height === undefined ? null : { width, height };
      const heard: Notice[] = [];
      const told = { onNotice: (notices: readonly Notice[]) => void heard.push(...notices) };
      return await runAll(items, {
        desk,
        asking: { signal, told },
        maxCharacters,
        within: (use, work) => services.calls.causes.within(caller.token, use, work),
        hear: () => heard.splice(0).map(({ from, text }) => `[From ${from}, a person: ${text}]`),
      });
    },
  };
}

/** The calls among what was given; all of them known before the first is done. @throws AppError badRequest, unprocessable */
function wholeItems(body: ComputerUse, acknowledged: boolean): (ToolUseBlock | ComputerCall)[] {
  return (Array.isArray(body) ? body : [body]).flatMap((item): (ToolUseBlock | ComputerCall)[] => {
    const block = ToolUseBlock.safeParse(item);
    if (block.success) return [block.data];
    const call = ComputerCall.safeParse(item);
    if (!call.success) {
      if (item.type !== 'tool_use' && item.type !== 'computer_call') return [];
      const needs = item.type === 'tool_use' ? 'a name and an input' : 'a call_id and an action';
      throw new AppError(
        'badRequest',
        `This ${item.type} is not whole: it needs an id and ${needs}. Nothing was done.`,
      );
    }
    const checks = call.data.pending_safety_checks ?? [];
    if (checks.length > 0 && !acknowledged)
      throw new AppError(
        'unprocessable',
        `OpenAI wants a person to look at this call first: ${checks.map(({ message, code, id }) => message ?? code ?? id).join('; ')}. Nothing was done. Send it again with acknowledgeSafetyChecks=true when somebody has.`,
        { details: { pending_safety_checks: checks.map(({ id, code, message }) => ({ id, code, message })) } },
      );
    return [call.data];
  });
}

/** One after the other: a model means them in their order. */
async function runAll(items: readonly (ToolUseBlock | ComputerCall)[], at: At): Promise<ComputerUseResult[]> {
  const results: ComputerUseResult[] = [];
  /** Of a toolset, whose members are one plan: what comes after one that failed is left undone. */
  const broken = new Set<string>();
  for (const item of items) {
    if (item.type === 'computer_call') {
      const use = { id: item.call_id, name: 'computer', input: {} };
      const carryOut = <T>(work: () => Promise<T>) => at.within(use, work);
      results.push(...(await runOpenaiCall(item, { ...at, carryOut, wordsFor })));
      continue;
    }
    const { id, toolset_name: toolset } = item;
    const result = {
      type: 'tool_result' as const,
      tool_use_id: id,
      ...(toolset ? { toolset_name: toolset } : {}),
    };
    if (toolset && broken.has(toolset)) {
      results.push({ ...result, content: [{ type: 'text', text: NOT_EXECUTED }], is_error: true });
      continue;
    }
    const { content, failed } = await runBlock(item, at);
    if (failed && toolset) broken.add(toolset);
    results.push({ ...result, content, ...(failed ? { is_error: true } : {}) });
  }
  return results;
}

type Content = Extract<ComputerUseResult, { type: 'tool_result' }>['content'];

async function runBlock(use: ToolUseBlock, at: At): Promise<{ content: Content; failed: boolean }> {
  const { id, name, input } = use;
  const heard = (): Part[] => at.hear().map((text) => ({ text }));
  try {
    const { parts, failed = false } = await at.within({ id, name, input }, () => runAnthropicTool(use, at));
    return { content: [...parts, ...heard()].map(blockOf), failed };
  } catch (thrown) {
    return { content: [{ text: wordsFor(thrown) }, ...heard()].map(blockOf), failed: true };
  }
}

function blockOf(part: Part): Content[number] {
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
