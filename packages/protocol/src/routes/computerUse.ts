import { z } from 'zod';
import { ComputerUse, ComputerUseResult } from '../computerUse.ts';
import { boolean, bySandbox, route } from './route.ts';

const Edge = z.coerce.number().int().min(64).max(8192).optional();

export const computerUseRoutes = {
  computerUse: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/computer',
    noun: 'computer use',
    role: 'operator',
    summary:
      'Do what a model asks for with its computer, bash or text editor tool; the results are what its API takes back',
    params: bySandbox,
    query: z
      .object({
        width: Edge.describe('of the display as the tool declares it; default: of the screen'),
        height: Edge,
        maxCharacters: z.coerce
          .number()
          .int()
          .min(100)
          .max(1_000_000)
          .optional()
          .describe('of a file that is viewed, as the text editor tool declares it'),
        acknowledgeSafetyChecks: boolean
          .optional()
          .describe('OpenAI: its safety checks were looked at; without this a call that has some is not done'),
      })
      .refine(({ width, height }) => (width === undefined) === (height === undefined), {
        message: 'Give width and height, or neither.',
      }),
    body: ComputerUse,
    reply: z.array(ComputerUseResult),
  }),
} as const;
