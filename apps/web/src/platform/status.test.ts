import { openGate, SandboxPhase } from '@sandglass/protocol';
import { describe, expect, it } from 'vitest';
import { statusOf } from './status.ts';

describe('statusOf', () => {
  it('has a word for every phase', () => {
    for (const phase of SandboxPhase.options) expect(statusOf({ phase, asked: null }).label).not.toBe('');
  });

  it('tells asked from happened', () => {
    expect(statusOf({ phase: 'running', asked: null }, 'freeze')).toMatchObject({ label: 'Freezing…', moving: true });
    expect(statusOf({ phase: 'running', asked: 'kill' })).toMatchObject({ label: 'Killing…', moving: true });
    expect(statusOf({ phase: 'frozen', asked: null })).toMatchObject({ label: 'Frozen', moving: false });
  });

  it('lets what the server says win over what this page asked', () => {
    expect(statusOf({ phase: 'killing', asked: 'kill' }, 'freeze').label).toBe('Killing…');
    expect(statusOf({ phase: 'dead', asked: null }, 'freeze').label).toBe('Ended');
  });
});

it('says what the gate does before what the machine does', () => {
  const sandbox = { phase: 'running', asked: null } as const;
  const gated = (gate: Partial<typeof openGate>) => ({ ...sandbox, gate: { ...openGate, ...gate } });
  expect(statusOf(gated({})).label).toBe('Running');
  expect(statusOf(gated({ heldCalls: 1 }))).toEqual({ label: 'Held', tone: 'warn', moving: false });
  expect(statusOf(gated({ heldCalls: 1, questions: 1 })).label).toBe('Asks you');
  expect(statusOf({ ...gated({ mode: 'pausing' }), phase: 'freezing' })).toMatchObject({
    label: 'Pausing…',
    moving: true,
  });
  expect(statusOf({ ...gated({ mode: 'paused' }), phase: 'frozen' })).toMatchObject({ label: 'Paused', moving: false });
  expect(statusOf({ ...gated({ mode: 'paused' }), phase: 'dead' }).label).toBe('Ended');
  expect(statusOf({ ...gated({ mode: 'paused' }), asked: 'checkpoint' }).label).toBe('Checkpointing…');
});
