import type { LogEvent } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { namesOf, whoDid } from './names.ts';

let seq = 0;
const event = (kind: string, data: object, by: string | null = 'tok_a', actor = 'person') =>
  ({ v: 1, seq: ++seq, kind, data, by, actor, wallMs: 0, atUs: 0 }) as unknown as LogEvent;
const person = (name: string) => ({ kind: 'person', name, viewer: 'v', fence: 1 });

it('knows people by what they were called when they did something', () => {
  const names = namesOf([
    event('control.requested', { name: 'Anna', reason: null }),
    event(
      'control.changed',
      { from: person('Anna'), to: person('Ben'), why: 'taken', reason: null, note: null },
      'tok_b',
    ),
    // Who gives control is not who gets it.
    event(
      'control.changed',
      { from: person('Ben'), to: person('Cleo'), why: 'given', reason: null, note: null },
      'tok_b',
    ),
    event('message.sent', { from: 'Dora', text: 'x', handBack: false }, 'tok_d'),
    event('message.sent', { from: 'start', text: 'x', handBack: true }, 'tok_e'),
    event('question.answered', { call: 'c', answer: null, name: null }, 'tok_f'),
    event('control.requested', { name: 'nobody', reason: null }, null),
    event('control.requested', { name: 'an agent', reason: null }, 'tok_g', 'agent'),
  ]);
  expect([...names]).toEqual([
    ['tok_a', 'Anna'],
    ['tok_b', 'Ben'],
    ['tok_d', 'Dora'],
  ]);
});

it('calls somebody by the newest name', () => {
  const names = namesOf(['Anna', 'Anna K'].map((name) => event('control.requested', { name, reason: null })));
  expect(names.get('tok_a')).toBe('Anna K');
});

it('begins a line with who did it: oneself, a name where the log says it, else a person', () => {
  const names = new Map([['tok_a', 'Anna‮']]);
  const who = (actor: 'agent' | 'person' | 'system', by: string | null) => whoDid({ actor, by }, 'tok_me', names);
  expect(who('person', 'tok_me')).toBe('You');
  expect(who('person', 'tok_a')).toMatch(/^Anna/);
  expect(who('person', 'tok_a')).not.toContain('‮');
  expect([who('person', 'tok_x'), who('person', null), who('agent', 'tok_a')]).toEqual(['Person', 'Person', 'Agent']);
});
