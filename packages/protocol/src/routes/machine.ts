import { z } from 'zod';
import { SandboxId } from '../ids.ts';
import { PortInfo, ProcessInfo, Signal } from '../machine.ts';
import { ScreenWindows } from '../windows.ts';
import { bySandbox, list, route } from './route.ts';

export const machineRoutes = {
  processes: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/processes',
    noun: 'processes',
    role: 'viewer',
    summary: 'Running processes',
    params: bySandbox,
    reply: list(ProcessInfo),
  }),
  windows: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/windows',
    noun: 'screen',
    role: 'viewer',
    summary: 'The windows of its desktop, now or at a moment of its recording',
    params: bySandbox,
    query: z.object({ untilUs: z.coerce.number().int().min(0).optional().describe('default: now') }),
    reply: ScreenWindows,
  }),
  signalProcess: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/processes/:pid/signal',
    noun: 'processes',
    role: 'operator',
    summary: 'Signal one process',
    params: z.object({ sandbox: SandboxId, pid: z.coerce.number().int().min(2).max(4_194_304) }),
    body: z.object({ signal: Signal }).strict(),
    reply: null,
  }),
  ports: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/ports',
    noun: 'ports',
    role: 'viewer',
    summary: 'Listening ports',
    params: bySandbox,
    reply: list(PortInfo),
  }),
  openPort: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/ports/:port/preview',
    noun: 'ports',
    role: 'operator',
    summary: 'A URL that opens this port on its own origin; its ticket is used once and soon',
    params: z.object({ sandbox: SandboxId, port: z.coerce.number().int().min(1).max(65_535) }),
    reply: z.object({ url: z.string(), expiresAtMs: z.number() }),
  }),
  screenshot: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/screen/image',
    noun: 'screen',
    role: 'viewer',
    summary: 'The screen now, as PNG',
    params: bySandbox,
    reply: 'bytes',
  }),
} as const;
