import type { LogEvent } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { type Conversations, growConversations } from './fold.ts';

let seq = 0;
const ref = (name: string) => ({ role: name[0] === 'a' ? 'assistant' : 'user', sizeBytes: 1, hash: name });
const asked = (from: number, names: string[], rest: object = {}) =>
  event('conversation.asked', { provider: 'anthropic', model: 'm', from, messages: names.map(ref), ...rest });
const replied = (name: string) => event('conversation.replied', { message: ref(name) });
const event = (kind: string, data: object): LogEvent =>
  ({ seq: ++seq, atUs: seq, kind, data: { conversation: 'one', call: 'cal_a', ...data } }) as unknown as LogEvent;
const told = (...events: LogEvent[]) => {
  const all = events.reduce<Conversations>(growConversations, new Map());
  const state = [...all.values()].at(-1);
  return { system: state?.system?.hash, messages: state?.messages.map((message) => message?.hash) };
};

it('grows by what is asked and what is replied; the next request says the reply in its own words', () => {
  const first = [asked(0, ['u1'], { system: ref('s') }), replied('a1')];
  expect(told(...first)).toEqual({ system: 's', messages: ['u1', 'a1'] });
  expect(told(...first, asked(1, ['a1 as sent', 'u2']))).toEqual({ system: 's', messages: ['u1', 'a1 as sent', 'u2'] });
});

it('goes back where the agent does, and changes its system prompt', () => {
  const events = [
    asked(0, ['u1', 'a1', 'u2'], { system: ref('s') }),
    replied('a2'),
    asked(1, ['u3'], { system: null }),
  ];
  expect(told(...events)).toEqual({ system: undefined, messages: ['u1', 'u3'] });
});

it('a conversation that the server keeps for the agent goes on behind the reply', () => {
  expect(told(asked(0, ['u1']), replied('a1'), asked(2, ['u2']))).toMatchObject({ messages: ['u1', 'a1', 'u2'] });
});

it('what was said in a private moment is missing, not shifted', () => {
  expect(told(asked(0, ['u1']), asked(3, ['u4'])).messages).toEqual(['u1', undefined, undefined, 'u4']);
  expect(told(replied('a1')).messages).toBeUndefined();
});
