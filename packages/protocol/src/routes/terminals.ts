import { z } from 'zod';
import { OpenTerminal, Terminal, UpdateTerminal } from '../machine.ts';
import { boolean, bySandbox, byTerminal, list, route } from './route.ts';

export const terminalsRoutes = {
  terminals: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/terminals',
    noun: 'terminals',
    role: 'viewer',
    summary: 'List terminals',
    params: bySandbox,
    query: z
      .object({
        past: boolean.optional().describe('of a fork: also those of the past that it shares, which have ended for it'),
      })
      .strict(),
    reply: list(Terminal),
  }),
  openTerminal: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/terminals',
    noun: 'terminals',
    role: 'operator',
    summary: 'Open a terminal; it outlives viewers and server restarts',
    params: bySandbox,
    body: OpenTerminal,
    reply: Terminal,
    status: 201,
  }),
  updateTerminal: route({
    method: 'PATCH',
    path: '/v1/sandboxes/:sandbox/terminals/:terminal',
    noun: 'terminals',
    role: 'operator',
    summary: 'Rename or resize',
    params: byTerminal,
    body: UpdateTerminal,
    reply: Terminal,
    repeatable: true,
  }),
  closeTerminal: route({
    method: 'DELETE',
    path: '/v1/sandboxes/:sandbox/terminals/:terminal',
    noun: 'terminals',
    role: 'operator',
    summary: 'Hang up',
    params: byTerminal,
    reply: null,
  }),
} as const;
