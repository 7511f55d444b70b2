import { z } from 'zod';
import { defineTool, type Tool } from '../tool.ts';

const MAX_SAID = 20_000;

export const personTools: readonly Tool[] = [
  defineTool({
    name: 'say',
    title: 'Say something',
    description:
      'Tell the people who watch what you think, plan or found. It goes into the recording beside what you do, and changes nothing. Say your plan before you begin, and why before each turn that may surprise.',
    input: {
      text: z.string().trim().min(1).max(MAX_SAID),
      sort: z.enum(['thought', 'plan', 'message']).default('thought'),
    },
    effect: 'acts',
    run: async ({ text, sort }, call) => {
      const log = call.services.sandboxes.log(await call.sandbox());
      log.append({ kind: 'agent.said', actor: 'agent', by: call.caller.token, data: { sort, text } });
      return 'Said.';
    },
  }),
];
