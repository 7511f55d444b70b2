/** What was said to models, as a file from a stranger tells it. */
import { createHash } from 'node:crypto';
import { BundleConversation, LogEvent, type MessageRef, SandboxId } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { BundleConversations } from './bundleConversations.ts';
import { BundleError } from './bundleError.ts';
import type { BundleSource } from './bundleSource.ts';
import { bundleLimits } from './limits.ts';

const one = 'aaaaaaaaaaaa';
const bytesOf = (text: string) => new TextEncoder().encode(text);
const words = new Map<string, Uint8Array>();
let read = 0;

function ref(role: string, content: unknown, text = JSON.stringify({ role, content })): MessageRef {
  const hash = createHash('sha256').update(text).digest('hex');
  words.set(hash, bytesOf(text));
  return { role, sizeBytes: text.length, hash };
}

const event = (seq: number, kind: string, data: object): LogEvent =>
  LogEvent.parse({
    ...{ seq, atUs: seq * 1_000, wallMs: 1, actor: 'agent', by: null, kind },
    data: { conversation: one, call: 'cal_aaaa', ...data },
  });
const asked = (seq: number, from: number, messages: MessageRef[], more: object = {}) =>
  event(seq, 'conversation.asked', { provider: 'anthropic', model: 'm', from, messages, ...more });

function bundle(events: LogEvent[], conversations: BundleConversation[] = []): BundleConversations {
  read = 0;
  return new BundleConversations({
    conversations,
    sandbox: { id: SandboxId.parse('sbx_aaaa') },
    events: async (from: number, limit: number) => events.filter(({ seq }) => seq >= from).slice(0, limit),
    blob: async (hash: string) => {
      const found = words.get(hash);
      if (found === undefined) throw new BundleError('damaged', 'not there');
      read += found.length;
      return found;
    },
  } as unknown as BundleSource);
}

const saidAt = async (conversations: BundleConversations, atUs?: number) =>
  (await conversations.get(one, atUs))?.said.map(({ content }) => (content as { content?: unknown } | null)?.content);

it('tells what had been said at each moment, with what was said before the part began', async () => {
  const start = BundleConversation.parse({
    ...{ id: one, provider: 'anthropic', model: 'm', system: ref('system', 'be kind'), asked: 1, seq: 3, atUs: 500 },
    messages: [ref('user', 'hello'), ref('assistant', 'hi')],
  });
  const conversations = bundle(
    [
      asked(10, 2, [ref('user', 'and then?')]),
      event(12, 'conversation.replied', { message: ref('assistant', 'the end') }),
      asked(20, 1, [ref('user', 'another way')], { conversation: 'bbbbbbbbbbbb' }),
    ],
    [start],
  );
  expect(await saidAt(conversations, 9_000)).toEqual(['hello', 'hi']);
  expect(await saidAt(conversations, 10_000)).toEqual(['hello', 'hi', 'and then?']);
  expect(await saidAt(conversations)).toEqual(['hello', 'hi', 'and then?', 'the end']);
  expect((await conversations.get(one))?.system?.content).toMatchObject({ content: 'be kind' });
  expect((await conversations.list()).map(({ id, messages }) => [id, messages])).toEqual([
    ['bbbbbbbbbbbb', 2],
    [one, 4],
  ]);
  expect(await conversations.get('cccccccccccc')).toBeUndefined();
});

it('a message that is not there, or is not as it says, is missing, and the others are there', async () => {
  const gone = { role: 'user', sizeBytes: 9, hash: 'f'.repeat(64) };
  const broken = ref('user', null, '{"role":');
  const conversations = bundle([asked(1, 0, [ref('user', 'first'), gone, broken, ref('user', 'last')])]);
  expect(await saidAt(conversations)).toEqual(['first', undefined, undefined, 'last']);
});

it('counts that would fill the memory are no conversation, and of one that is too large the newest is read', async () => {
  const far = bundle([asked(1, Number.MAX_SAFE_INTEGER, [ref('user', 'x')]), asked(2, 4_000_000_000, [])]);
  expect(await far.list()).toEqual([]);
  const many = Array.from({ length: bundleLimits.conversations + 50 }, (_, at) =>
    asked(at + 1, 0, [ref('user', 'x')], { conversation: String(at).padStart(12, '0') }),
  );
  expect(await bundle(many).list()).toHaveLength(bundleLimits.conversations);
  // It says that it is small.
  const large = { ...ref('user', 'y'.repeat(1_500_000)), sizeBytes: 0 };
  const long = bundle([asked(1, 0, [...Array.from({ length: 200 }, () => large), ref('user', 'last')])]);
  const said = await saidAt(long);
  expect(said?.at(-1)).toBe('last');
  expect(said?.[0]).toBeUndefined();
  expect(read).toBeLessThan(bundleLimits.conversationBytes + 3_000_000);
});
