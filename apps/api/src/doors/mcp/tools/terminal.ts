import { z } from 'zod';
import { MAX_INPUT, terminalOf } from '../../acts/terminals.ts';
import { defineTool, type Tool } from '../tool.ts';

const TerminalArgument = z.string().max(64).describe('its id, trm_…');
const WaitSeconds = z.number().min(0).max(60).default(5).describe('wait at most so long for output to come to rest');

export const terminalTools: readonly Tool[] = [
  defineTool({
    name: 'terminal_open',
    title: 'Open a terminal',
    description:
      'Open a terminal that people see too, for programs that ask, redraw or run on: REPLs, debuggers, editors, servers. For plain commands use bash.',
    input: {
      name: z.string().min(1).max(60).optional(),
      command: z.array(z.string().max(32_768)).min(1).max(64).optional().describe('left out: the login shell'),
      cwd: z.string().min(1).max(4096).optional(),
    },
    effect: 'acts',
    openWorld: true,
    run: async ({ name, command, cwd }, call) => {
      const { terminals } = await call.desk();
      const opened = await terminals.open({
        ...(name === undefined ? {} : { name }),
        ...(command === undefined ? {} : { command }),
        ...(cwd === undefined ? {} : { cwd }),
      });
      return `Opened ${opened.id} (“${opened.name}”).\n${await terminals.read(opened.id, 3000, call.asking.signal)}`;
    },
  }),
  defineTool({
    name: 'terminal_type',
    title: 'Type into a terminal',
    description:
      'Type into a terminal and see what it shows then. A line needs its \\n at the end; control keys are their characters (\\u0003 is Ctrl-C, \\u001b is Escape).',
    input: { terminal: TerminalArgument, input: z.string().min(1).max(MAX_INPUT), waitSeconds: WaitSeconds },
    effect: 'destroys',
    openWorld: true,
    run: async ({ terminal, input, waitSeconds }, call) => {
      const { terminals } = await call.desk();
      const id = terminalOf(terminal);
      await terminals.type(id, input, call.asking);
      return await terminals.read(id, waitSeconds * 1000, call.asking.signal);
    },
  }),
  defineTool({
    name: 'terminal_read',
    title: 'Read a terminal',
    description: 'What a terminal shows, up to its last 200 lines, as text. Without an id: which terminals there are.',
    input: { terminal: TerminalArgument.optional(), waitSeconds: WaitSeconds.default(0) },
    effect: 'reads',
    run: async ({ terminal, waitSeconds }, call) => {
      const { terminals } = await call.desk();
      if (terminal !== undefined)
        return await terminals.read(terminalOf(terminal), waitSeconds * 1000, call.asking.signal);
      const open = terminals.list();
      return open.length === 0
        ? 'No terminal is open.'
        : open
            .map(({ id, name, owner }) => `${id}  ${name}  (${owner === 'agent' ? 'yours' : 'a person’s'})`)
            .join('\n');
    },
  }),
  defineTool({
    name: 'terminal_close',
    title: 'Close a terminal',
    description: 'Close a terminal; what runs in it is hung up.',
    input: { terminal: TerminalArgument },
    effect: 'destroys',
    idempotent: true,
    run: async ({ terminal }, call) => {
      await (await call.desk()).terminals.close(terminalOf(terminal));
      return 'Closed.';
    },
  }),
];
