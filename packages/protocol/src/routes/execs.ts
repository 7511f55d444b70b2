import { z } from 'zod';
import { Exec, Signal, StartExec } from '../machine.ts';
import { byExec, bySandbox, route } from './route.ts';

export const execsRoutes = {
  startExec: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/execs',
    noun: 'execs',
    role: 'operator',
    summary: 'Run a command',
    params: bySandbox,
    body: StartExec,
    reply: Exec,
    status: 201,
  }),
  exec: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/execs/:exec',
    noun: 'execs',
    role: 'viewer',
    summary: 'One command',
    params: byExec,
    reply: Exec,
  }),
  signalExec: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/execs/:exec/signal',
    noun: 'execs',
    role: 'operator',
    summary: 'Signal its process group',
    params: byExec,
    body: z.object({ signal: Signal }).strict(),
    reply: null,
  }),
} as const;
