/** A request to a model as a call of its sandbox: recorded, held where a rule wants it, counted, and tied to what comes of it. */
import type { ServerResponse } from 'node:http';
import type { AppError, CallId, RunBudget, SandboxId } from '@sandglass/protocol';
import type { Principal } from '../../identity/identity.ts';
import { keepAsked, keepReplied } from '../../recorder/conversations/keepMessages.ts';
import type { Caller, Services } from '../../services.ts';
import { Answered, shapeOf, writeAnswer } from './answered.ts';
import { checkPrice, spendingOf } from './budget.ts';
import { type Conversations, resultsIn } from './conversation.ts';
import { bodyOf, editedSchema } from './edited.ts';
import { KeptOutlet, LiveOutlet, type Outlet } from './outlet.ts';
import type { Passed } from './passage.ts';
import type { Prices } from './prices.ts';
import { type ProviderName, providers } from './providers.ts';
import { callName, refusalOf, replyFacts, replySummary, requestFacts, summaryOf } from './record.ts';
import { type Fields, fields, type ModelReply, parsed, type ReplyReader, text } from './reply.ts';

/** To the upstream, with what comes back into `outlet`. */
export type Forward = (body: Buffer | null, outlet: Outlet, onFirstByte?: () => void) => Promise<Passed>;

export interface Asked {
  readonly sandbox: SandboxId;
  readonly principal: Principal;
  readonly provider: ProviderName;
  readonly path: string;
  readonly body: Buffer | null;
  /** Null: what comes back is no model's reply. */
  readonly reader: ReplyReader | null;
  /** Asked for by the agent's own settings. */
  readonly budget: RunBudget | null;
  readonly reply: ServerResponse;
  readonly signal: AbortSignal;
}

export interface RecordingDoor {
  readonly services: Services;
  readonly prices: Prices;
  readonly conversations: Conversations;
  readonly pingEveryMs?: number;
}

/** Some clients give up a stream in which nothing comes for half a minute. */
const PING_EVERY_MS = 10_000;

/** Resolves when all but the end of the reply is written; throws when there is none, or half of one. */
export async function recorded(asked: Asked, door: RecordingDoor, forward: Forward): Promise<void> {
  const { sandbox, principal, provider, path, reader, body, reply, signal } = asked;
  const request = body === null ? undefined : parsed(body.toString('utf8'));
  const isReply = reader !== null;
  const key = `${principal.token.id} ${sandbox} ${provider}`;
  const turn = isReply ? door.conversations.turn(key, request, body?.length) : null;
  const facts = requestFacts(provider, path, request, turn);
  const shape = shapeOf(path);
  const caller: Caller = { actor: 'agent', token: principal.token.id, door: 'model' };
  const { token } = caller;
  const { runs, calls } = door.services;
  const log = door.services.sandboxes.log(sandbox);
  const edited = ({ added, system, model }: Fields) => ({
    model: text(model),
    // A person may have changed them.
    ...(Array.isArray(added) ? { added } : {}),
    ...(system === undefined ? {} : { system }),
  });
  calls.causes.settle(caller.token, resultsIn(request));
  if (asked.budget !== null) runs.limit(caller, sandbox, asked.budget);
  if (isReply && runs.limits(caller, sandbox).has('usd')) checkPrice(door.prices, text(fields(request)['model']));
  let call: CallId | null = null;
  let refused: AppError | null = null;
  let kept: KeptOutlet | null = null;
  try {
    const passed = await calls.pass<Fields, Passed>(
      caller,
      sandbox,
      {
        name: callName(isReply),
        arguments: facts,
        onCall: (id) => {
          call = id;
        },
        summary: summaryOf,
        // It changes nothing in the sandbox: a person who has control does not keep the agent from thinking.
        reads: true,
        outcome: (passed) => ({ summary: replySummary(passed), result: replyFacts(passed, door.prices) }),
        ...(turn === null || body === null ? {} : { schema: editedSchema }),
        ...(shape === null
          ? {}
          : {
              answer: {
                parse: (given) => {
                  const { model, stream } = fields(request);
                  const how = { model: text(model) ?? 'a person', stream: stream === true };
                  const written = writeAnswer(shape, Answered.parse(given), how);
                  return { status: 200, answer: written.reply, firstByteMs: 0, bytes: written.body.length, written };
                },
              },
            }),
      },
      async (given) => {
        const sent = body === null ? null : bodyOf(body, facts, given, turn);
        // Asked now and not before: a rule that came meanwhile counts.
        if (calls.mayHoldAfter(sandbox, callName(isReply))) {
          const { ping } = providers[provider].stream;
          kept = new KeptOutlet({ reply, signal, ping, pingEveryMs: door.pingEveryMs ?? PING_EVERY_MS });
        }
        // What has begun is finished; all of it counts, also of a stream that breaks off or that nobody hears to its end.
        let isTold = false;
        // When the first byte is on its way: nobody waits for it then.
        const tellAsked = () => {
          if (isTold || turn === null || call === null) return;
          isTold = true;
          try {
            keepAsked(log, { ...turn, ...edited(given), provider, call, token });
          } catch {
            // The sandbox has ended meanwhile: its log takes nothing more, and the agent still gets its reply.
          }
        };
        const outlet = kept ?? new LiveOutlet(reply, signal);
        const passed = await forward(sent, outlet, tellAsked).finally(async () => {
          tellAsked();
          const spending = spendingOf(reader?.reply() ?? null, request, door.prices);
          if (spending !== null) await runs.spend(caller, sandbox, spending);
        });
        refused = refusalOf(passed);
        if (refused !== null) throw refused;
        return passed;
      },
      signal,
    );
    await send(passed, { reply, kept });
    // Before its last byte goes out: an agent that has heard all of it may use its tools at once.
    if (call !== null && passed.answer !== null) {
      const { id, complete, toolUses } = passed.answer;
      if (complete) calls.causes.offer(token, sandbox, { call, uses: toolUses });
      if (turn !== null) {
        const { conversation } = turn;
        keepReplied(log, { conversation, call, token, content: contentOf(passed.answer) });
        door.conversations.replied(key, turn, id);
      }
    }
    tell(door.services, caller, sandbox, passed);
  } catch (error) {
    const held = kept as KeptOutlet | null;
    // The upstream's own refusal goes back as it came; it is the call that failed, not the passage.
    if (error === refused && refused !== null) return await held?.release();
    held?.stop();
    throw error;
  }
}

/** What was kept, or what a person wrote in its place; what went out as it came needs nothing. */
async function send({ written }: Passed, { reply, kept }: { reply: ServerResponse; kept: KeptOutlet | null }) {
  if (written === undefined) return await kept?.release();
  kept?.stop();
  if (!reply.headersSent) reply.writeHead(200, { 'content-type': written.contentType });
  reply.write(written.body);
}

/** As the Anthropic API says it, which has a place for all of it. */
const contentOf = ({ thinking, text: words, toolUses }: ModelReply): object[] => [
  ...(thinking === '' ? [] : [{ type: 'thinking', thinking }]),
  ...(words === '' ? [] : [{ type: 'text', text: words }]),
  ...toolUses.map((use) => ({ type: 'tool_use', ...use })),
];

const MAX_SAID = 16_000;

/** What the model thought and said, among what its agent does. */
function tell({ sandboxes }: Services, caller: Caller, sandbox: SandboxId, { answer }: Passed): void {
  if (answer === null) return;
  const log = sandboxes.log(sandbox);
  const say = (sort: 'thought' | 'message', words: string) => {
    if (words.trim() === '') return;
    const data = { sort, text: words.trim().slice(0, MAX_SAID) };
    log.append({ kind: 'agent.said', actor: 'agent', by: caller.token, data });
  };
  say('thought', answer.thinking);
  say('message', answer.text);
}
