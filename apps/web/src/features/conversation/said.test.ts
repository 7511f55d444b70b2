import type { ConversationId, LogEvent } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { deedsOf, replyAt, toolNames, turnOf } from './said.ts';

const one = 'aaaaaaaaaaaa' as ConversationId;
const other = 'bbbbbbbbbbbb' as ConversationId;
const log = (...events: readonly (readonly [kind: string, data: object])[]) =>
  events.map(([kind, data], at) => ({ seq: at + 1, atUs: at, kind, data }) as unknown as LogEvent);
const asked = (conversation: ConversationId, call: string, from = 0, messages = [{}]) =>
  ['conversation.asked', { conversation, call, from, messages }] as const;
const replied = (conversation: ConversationId, call: string) =>
  ['conversation.replied', { conversation, call }] as const;
const did = (call: string, reply: string, toolUse: string) =>
  ['call.asked', { call, summary: `exec ${call}`, causedBy: { call: reply, toolUse } }] as const;

it('leads from what the model wanted to what was done, in its own conversation alone', () => {
  const events = log(
    asked(one, 'r1'),
    replied(one, 'r1'),
    asked(other, 'r2'),
    replied(other, 'r2'),
    did('c1', 'r1', 'use_1'),
    did('c2', 'r2', 'use_2'),
    did('c3', 'long ago', 'use_3'),
    ['call.ended', { call: 'c1', ok: true, summary: 'exit 1', result: { code: 1 } }],
    ['call.ended', { call: 'c3', ok: false, summary: '', error: { message: 'No such folder.' } }],
  );
  expect([...deedsOf(events, one)]).toEqual([
    ['use_1', { seq: 5, words: 'exec c1', outcome: 'exit 1', failed: true }],
    ['use_3', { seq: 7, words: 'exec c3', outcome: 'No such folder.', failed: true }],
  ]);
  expect(deedsOf(log(did('c1', 'r1', 'use_1')), one).get('use_1')!.outcome).toBeNull();
});

it('says what it waits for: the model, the gate, or nothing any more', () => {
  const begun = [replied(one, 'r0'), asked(one, 'r1')] as const;
  const turn = (...more: readonly (readonly [string, object])[]) => turnOf(log(...begun, ...more), one, false);
  expect(turn()).toEqual({ phase: 'replying' });
  expect(turn(asked(other, 'r2'), replied(other, 'r2'))).toEqual({ phase: 'replying' });
  expect(turn(['call.held', { call: 'r1' }])).toEqual({ phase: 'held' });
  expect(turn(['call.held', { call: 'r1' }], ['call.decided', { call: 'r1' }])).toEqual({ phase: 'replying' });
  expect(turn(['call.ended', { call: 'r1', ok: true }])).toBeNull();
  expect(turn(['call.ended', { call: 'r1', ok: true }], replied(one, 'r1'))).toBeNull();
  expect(turn(['call.ended', { call: 'r1', ok: false, summary: '', error: { message: '429' } }])).toEqual({
    ...{ phase: 'failed', reason: '429' },
  });
  expect(turnOf(log(...begun), one, true)).toMatchObject({ phase: 'failed' });
  expect(turnOf([], one, false)).toBeNull();
});

it('finds the place of a reply from the call that asked for it', () => {
  const events = log(['call.asked', { call: 'r1' }], asked(one, 'r1', 4, [{}, {}]), ['call.asked', { call: 'c1' }]);
  expect(replyAt(events, 1)).toEqual({ conversation: one, message: 6 });
  expect(replyAt(events, 3)).toBeUndefined();
  expect(replyAt(events, 99)).toBeUndefined();
});

it('knows what a tool is called where only the id of its use stands', () => {
  const content = [{ type: 'tool_use', id: 'use_1', name: 'bash', input: {} }];
  const said = [
    { role: 'assistant', sizeBytes: 1, content: { role: 'assistant', content } },
    { role: 'user', sizeBytes: 1, content: null },
  ];
  expect([...toolNames(said)]).toEqual([['use_1', 'bash']]);
});
