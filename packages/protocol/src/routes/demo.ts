import { Sandbox } from '../sandbox.ts';
import { route } from './route.ts';

export const demoRoutes = {
  startDemo: route({
    method: 'POST',
    path: '/v1/demo',
    noun: 'demo',
    role: 'operator',
    summary: 'Make a sandbox in which the demo agent begins to work; needs no key',
    reply: Sandbox,
    status: 201,
  }),
} as const;
