/** Every tool, once for all sessions. */
import type { Tool as ListedTool } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { Tool } from './tool.ts';
import { browserTools } from './tools/browser.ts';
import { computerTools } from './tools/computer.ts';
import { personTools } from './tools/person.ts';
import { runTools } from './tools/runs.ts';
import { sandboxTools } from './tools/sandboxes.ts';
import { shellTools } from './tools/shell.ts';
import { terminalTools } from './tools/terminal.ts';

export const tools: readonly Tool[] = [
  ...shellTools,
  ...computerTools,
  ...browserTools,
  ...terminalTools,
  ...personTools,
  ...runTools,
  ...sandboxTools,
];

const byName = new Map(tools.map((tool) => [tool.name, tool]));
export const findTool = (name: string): Tool | undefined => byName.get(name);

let listed: ListedTool[] | undefined;
/** As hosts get them; the schemas are made at the first question. */
export function listedTools(): ListedTool[] {
  listed ??= tools.map(({ name, title, description, input, annotations }) => ({
    name,
    title,
    description,
    inputSchema: z.toJSONSchema(input, { io: 'input', target: 'draft-7' }) as ListedTool['inputSchema'],
    annotations,
  }));
  return listed;
}
