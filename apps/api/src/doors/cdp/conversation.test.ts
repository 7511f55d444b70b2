import { expect, it, vi } from 'vitest';
import { ManualClock } from '../../lib/manualClock.ts';
import { Conversation, OWN_IDS, PATIENCE_MS } from './conversation.ts';

function talk() {
  const clock = new ManualClock();
  const asked: { id: number; method: string; sessionId?: string }[] = [];
  const told: string[] = [];
  const conversation = new Conversation({
    toBrowser: (message) => asked.push(JSON.parse(String(message))),
    toClient: (message) => told.push(String(message)),
    schedule: (work, afterMs) => clock.at(clock.now() + afterMs, work),
  });
  const answer = (id: number, rest: object, sessionId = 'S') =>
    conversation.hear(id, Buffer.from(JSON.stringify({ id, ...rest, sessionId })));
  return { clock, asked, told, conversation, answer };
}

it('hears what answers it by id and session, and leaves the rest to the client', async () => {
  const { asked, told, conversation, answer } = talk();
  expect(answer(4, { result: {} })).toBe(false);
  const own = conversation.ask('Runtime.evaluate', { expression: '1' }, 'S');
  const theirs = conversation.forward({ id: 4, method: 'Page.reload', params: {}, sessionId: 'S' }, null, true);
  expect(asked).toMatchObject([{ id: OWN_IDS + 1, sessionId: 'S' }, { id: 4 }]);
  expect(answer(4, { result: {} }, 'T')).toBe(false);
  expect(answer(4, { result: {} })).toBe(true);
  expect(answer(OWN_IDS + 1, { result: { result: { value: 1 } } })).toBe(true);
  expect((await theirs).answer).toEqual({ result: {} });
  expect(await own).toEqual({ result: { result: { value: 1 } } });
  // The door's own questions are nobody else's.
  expect(told).toEqual(['{"id":4,"result":{},"sessionId":"S"}']);
});

it('passes a command as it was written, and keeps an answer back that is not to be told yet', async () => {
  const { told, conversation, answer } = talk();
  const toBrowser = vi.fn();
  const other = new Conversation({ toBrowser, toClient: () => {}, schedule: () => () => {} });
  const bytes = Buffer.from('{ "id": 4, "method": "X.y" }');
  const command = { id: 4, method: 'X.y', params: {}, sessionId: undefined };
  void other.forward(command, bytes, true);
  expect(toBrowser).toHaveBeenCalledWith(bytes);
  const kept = conversation.forward({ ...command, sessionId: 'S' }, null, false);
  answer(4, { error: { message: 'no' } });
  expect((await kept).answer).toEqual({ error: { message: 'no' } });
  expect(told).toEqual([]);
});

it('a page that stands still is waited for once, until it answers again', async () => {
  const { clock, conversation, answer } = talk();
  const first = conversation.askPatiently('Runtime.evaluate', {}, 'S');
  clock.advance(PATIENCE_MS - 1);
  expect(conversation.isSilent('S')).toBe(false);
  clock.advance(1);
  expect(await first).toBeNull();
  expect([conversation.isSilent('S'), conversation.isSilent('T')]).toEqual([true, false]);
  expect(await conversation.askPatiently('Runtime.evaluate', {}, 'S')).toBeNull();
  answer(OWN_IDS + 1, { result: {} });
  await vi.waitFor(() => expect(conversation.isSilent('S')).toBe(false));
  const third = conversation.askPatiently('Runtime.evaluate', {}, 'S');
  answer(OWN_IDS + 3, { result: { value: 3 } });
  expect(await third).toEqual({ result: { value: 3 } });
});

it('ends for all who wait, and for who asks after', async () => {
  const { asked, conversation } = talk();
  const before = conversation.ask('A.b', {}, 'S');
  conversation.end();
  expect(await before).toHaveProperty('error');
  expect(await conversation.ask('A.b', {}, 'S')).toHaveProperty('error');
  expect(asked).toHaveLength(1);
});
