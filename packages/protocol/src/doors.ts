/** How an agent comes in: each door with its variables and with programs that work as they stand. */
import { z } from 'zod';
import { CreatedToken } from './identity.ts';
import { SandboxId } from './ids.ts';

export const Snippet = z
  .object({
    id: z.string(),
    title: z.string().describe('the harness it is for'),
    language: z.enum(['shell', 'javascript', 'python', 'json']),
    /** With the address and the token in it. */
    text: z.string(),
    packages: z.array(z.string()).describe('what it needs from npm or PyPI'),
    note: z.string().nullable(),
  })
  .meta({ id: 'Snippet' });
export type Snippet = z.infer<typeof Snippet>;

export const DoorDescription = z
  .object({
    name: z.string(),
    title: z.string(),
    about: z.string(),
    variables: z.record(z.string(), z.string()).describe('as `npm start -- --json` prints under `doors`'),
    snippets: z.array(Snippet),
  })
  .meta({ id: 'DoorDescription' });
export type DoorDescription = z.infer<typeof DoorDescription>;

export const ConnectAgent = z
  .object({
    name: z.string().trim().min(1).max(80).optional().describe('of the token; default “agent”'),
    sandbox: SandboxId.optional().describe('the agent works in this one only; default: it makes its own'),
    ttlMs: z.number().int().min(1_000).optional().describe('of the token; default a day'),
  })
  .strict()
  .meta({ id: 'ConnectAgent' });
export type ConnectAgent = z.infer<typeof ConnectAgent>;

export const AgentConnection = z
  .object({ token: CreatedToken, doors: z.array(DoorDescription) })
  .meta({ id: 'AgentConnection' });
export type AgentConnection = z.infer<typeof AgentConnection>;
