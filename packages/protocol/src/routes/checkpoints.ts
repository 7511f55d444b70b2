import { Checkpoint, CreateCheckpoint, Sandbox } from '../sandbox.ts';
import { byCheckpoint, bySandbox, list, route } from './route.ts';

export const checkpointsRoutes = {
  checkpoints: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/checkpoints',
    noun: 'checkpoints',
    role: 'viewer',
    summary: 'Restore points of a sandbox',
    params: bySandbox,
    reply: list(Checkpoint),
  }),
  createCheckpoint: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/checkpoints',
    noun: 'checkpoints',
    role: 'operator',
    summary: 'Make a restore point; the sandbox goes on',
    params: bySandbox,
    body: CreateCheckpoint,
    reply: Checkpoint,
    status: 201,
  }),
  restoreCheckpoint: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/checkpoints/:checkpoint/restore',
    noun: 'checkpoints',
    role: 'operator',
    summary: 'Put the sandbox back to it',
    params: byCheckpoint,
    reply: Sandbox,
  }),
  removeCheckpoint: route({
    method: 'DELETE',
    path: '/v1/sandboxes/:sandbox/checkpoints/:checkpoint',
    noun: 'checkpoints',
    role: 'operator',
    summary: 'Remove a restore point',
    params: byCheckpoint,
    reply: null,
  }),
} as const;
