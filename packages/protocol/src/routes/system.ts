import { Health, System } from '../system.ts';
import { route } from './route.ts';

export const systemRoutes = {
  health: route({
    method: 'GET',
    path: '/v1/health',
    noun: 'system',
    role: null,
    summary: 'Is the server alive',
    reply: Health,
  }),
  ready: route({
    method: 'GET',
    path: '/v1/ready',
    noun: 'system',
    role: null,
    summary: 'Is it ready for work (503 while starting or stopping)',
    reply: Health,
  }),
  system: route({
    method: 'GET',
    path: '/v1/system',
    noun: 'system',
    role: 'viewer',
    summary: 'Level, probes, images, limits',
    reply: System,
  }),
} as const;
