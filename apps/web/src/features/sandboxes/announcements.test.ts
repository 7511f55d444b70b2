import type { Sandbox, SandboxId } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { announce, hear } from './announcements.ts';

const make = (id: string, phase: Sandbox['phase'] = 'running', name = id) => ({ id, name, phase }) as Sandbox;
const none = new Map<SandboxId, string>();

it('says what changed, and nothing when nothing did', () => {
  const before = [make('a'), make('b'), make('c')];
  const heard = hear(before, none);
  expect(announce(heard, before, none)).toBe('');
  const after = [make('a', 'frozen'), make('b', 'failed'), make('c', 'freezing'), make('d', 'creating')];
  const needs = new Map([['b' as SandboxId, 'Failed']]);
  expect(announce(heard, after, needs)).toBe('a is frozen. b needs you: failed. d is new');
  expect(announce(hear(after, needs), after, needs)).toBe('');
});

it('is short, and names cannot turn it around', () => {
  const many = Array.from({ length: 40 }, (_, i) => make(`s${i}`, 'running', `x\u202e${'y'.repeat(4_096)}`));
  const text = announce(hear([], none), many, none);
  expect(text).toMatch(/and 37 more$/);
  expect(text.length).toBeLessThan(320);
  expect(text).not.toContain('\u202e');
});
