import { z } from 'zod';
import { AgentConnection, ConnectAgent, DoorDescription } from '../doors.ts';
import { SandboxId } from '../ids.ts';
import { route } from './route.ts';

export const doorsRoutes = {
  doors: route({
    method: 'GET',
    path: '/v1/doors',
    noun: 'doors',
    role: 'viewer',
    summary: 'The doors for agents, with a word in the place of the token',
    query: z.object({ sandbox: SandboxId.optional() }),
    reply: z.object({ items: z.array(DoorDescription) }),
  }),
  connectAgent: route({
    method: 'POST',
    path: '/v1/doors/connect',
    noun: 'doors',
    role: 'admin',
    summary: 'Make a token for an agent, and say with it how the agent comes in',
    body: ConnectAgent,
    reply: AgentConnection,
    status: 201,
  }),
} as const;
