import { expect, test } from 'vitest';
import { Conversations } from './conversation.ts';

const message = (at: number, text = `word ${at}`) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content: text });
const body = (count: number) => ({ messages: Array.from({ length: count }, (_, at) => message(at)) });

test.each([
  ['that is kept', 100],
  ['too large to be kept', 64 * 1_048_576],
])('of a conversation %s only what is new is told, and what was changed', (_, sizeBytes) => {
  const conversations = new Conversations();
  const told = (given: object) => {
    const { from, added } = conversations.turn('someone', given, sizeBytes);
    return [from, added.length];
  };
  expect(told(body(3))).toEqual([0, 3]);
  expect(told(body(5))).toEqual([3, 2]);
  const { messages } = body(5);
  messages[3] = message(3, 'another word');
  expect(told({ messages })).toEqual([3, 2]);
  // It went back.
  expect(told({ messages: messages.slice(0, 2) })).toEqual([2, 0]);
});

test('one that nobody spoke in for long is known still, when others filled the memory', () => {
  const conversations = new Conversations();
  conversations.turn('first', body(4), 100);
  for (let other = 0; other < 40; other++) conversations.turn(`other ${other}`, body(2), 1_048_576);
  expect(conversations.turn('first', body(6), 100)).toMatchObject({ from: 4, total: 6 });
});
