import { SandboxPhase } from '@sandglass/protocol';
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
