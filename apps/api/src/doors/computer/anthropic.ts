/**
 * Anthropic's tools: `computer` (computer_20241022, 20250124, 20251124), the toolset of that name (computer_toolset_20260801, each of whose
 * members is a tool of its own), `bash` and the text editor, of every version. Actions are told by their names, which later versions only
 * add to.
 */
import { AppError, type ToolUseBlock } from '@sandglass/protocol';
import { z } from 'zod';
import type { Asking } from '../acts/asking.ts';
import type { Desk } from '../acts/desk.ts';
import { outputOf } from '../acts/words.ts';
import { runComputer } from './anthropicComputer.ts';
import { runEditor } from './anthropicEditor.ts';
import { parse } from './parse.ts';

export type Part = { readonly text: string } | { readonly png: Uint8Array };

export interface Outcome {
  readonly parts: readonly Part[];
  /** It ran, and it did not end as it should. */
  readonly failed?: boolean;
}

const BashInput = z.looseObject({ command: z.string().max(131_072).nullish(), restart: z.boolean().nullish() });
/** As their own reference waits. */
const BASH_TIMEOUT_MS = 120_000;

export interface ToolPlace {
  readonly desk: Desk;
  readonly asking: Asking;
  /** As the editor tool declares it; null: all of a file. */
  readonly maxCharacters: number | null;
}

export async function runAnthropicTool(use: ToolUseBlock, at: ToolPlace): Promise<Outcome> {
  const { name, input, toolset_name: toolset } = use;
  const { desk, asking, maxCharacters } = at;
  if (toolset === 'computer') return { parts: await runComputer({ ...input, action: name }, desk, asking, 'member') };
  if (toolset)
    throw new AppError(
      'badRequest',
      `There is no toolset “${toolset.slice(0, 100)}” here, only computer. A browser is reached by the CDP and the MCP door.`,
    );
  if (name === 'computer') return { parts: await runComputer(input, desk, asking, 'tool') };
  if (name === 'bash') return await runBash(parse(BashInput, input), desk, asking);
  if (name === 'str_replace_based_edit_tool' || name === 'str_replace_editor')
    return { parts: [{ text: await runEditor(input, desk, { asking, maxCharacters }) }] };
  throw new AppError(
    'badRequest',
    `There is no tool “${name.slice(0, 100)}” here. This endpoint has computer, bash, str_replace_based_edit_tool and str_replace_editor; calls of your own tools are yours to answer.`,
  );
}

async function runBash(
  { command, restart }: z.infer<typeof BashInput>,
  { shell }: Desk,
  asking: Asking,
): Promise<Outcome> {
  if (restart) shell.restart();
  if (!command) {
    if (restart) return { parts: [{ text: 'The shell was restarted.' }] };
    throw new AppError('badRequest', 'bash needs a command, or restart.');
  }
  const { text, failed } = outputOf(await shell.run(command, { ...asking, timeoutMs: BASH_TIMEOUT_MS }));
  return { parts: [{ text }], failed };
}
