import { AskPerson } from '@sandglass/protocol';
import { z } from 'zod';
import { defineTool, type Tool } from '../tool.ts';

const MAX_SAID = 20_000;

export const personTools: readonly Tool[] = [
  defineTool({
    name: 'ask_person',
    title: 'Ask a person',
    description:
      'Ask the people who watch, and wait for the answer: when only they can know or decide, or when they should do something themselves (takeOver), such as signing in. Give choices where you can. It may take long; hosts are told that it goes on.',
    input: {
      question: AskPerson.shape.question,
      choices: AskPerson.shape.choices,
      fields: AskPerson.shape.fields,
      takeOver: AskPerson.shape.takeOver,
      timeoutSeconds: z.number().min(1).max(604_800).optional().describe('left out: as long as it takes'),
    },
    effect: 'reads',
    idempotent: false,
    openWorld: true,
    run: async ({ question, choices, fields, takeOver, timeoutSeconds }, call) => {
      const answer = await call.services.gate.ask(
        call.caller,
        await call.sandbox(),
        {
          question,
          ...(choices === undefined ? {} : { choices }),
          ...(fields === undefined ? {} : { fields }),
          ...(takeOver === undefined ? {} : { takeOver }),
          ...(timeoutSeconds === undefined ? {} : { timeoutMs: Math.round(timeoutSeconds * 1000) }),
        },
        call.asking.signal,
      );
      if (answer.declined) return `They will not answer.${answer.text ? ` They say: ${answer.text}` : ''}`;
      const values = Object.entries(answer.fields ?? {}).map(([name, value]) => `${name}: ${String(value)}`);
      const parts = [answer.choice, answer.text, ...values].filter((part) => part !== undefined && part !== '');
      return parts.length === 0 ? 'Done.' : parts.join('\n');
    },
  }),
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
