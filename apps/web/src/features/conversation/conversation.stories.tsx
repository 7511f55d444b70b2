import { AppError, type Conversation, type ConversationId, type SandboxId } from '@sandglass/protocol';
import type { ReactNode } from 'react';
import { ListStale } from '../../platform/paneStates.tsx';
import {
  ConversationEmpty,
  ConversationFailed,
  ConversationLoading,
  ConversationStopped,
} from './ConversationStates.tsx';
import { ConversationView, type ConversationViewProps } from './ConversationView.tsx';
import type { Deeds } from './said.ts';

export default { title: 'Panes/Conversation' };

const at = (children: ReactNode) => (
  <div style={{ display: 'flex', flexDirection: 'column', width: 348, height: 360, background: 'var(--panel)' }}>
    {children}
  </div>
);
const nothing = () => undefined;
const nowMs = Date.UTC(2026, 0, 1, 12);
const failure = {
  error: new AppError('internal', 'The disk of the server answered with an error.', {
    details: { instance: 'req_5b1f0c' },
  }),
  ...{ id: 'sbx_7k2m', onRetry: nothing },
};

const message = (role: string, content: unknown) => ({ role, sizeBytes: 1, content: { role, content } });
const use = (id: string, name: string, input: object) => ({ type: 'tool_use', id, name, input });
const result = (id: string, content: string, failed = false) =>
  message('user', [{ type: 'tool_result', tool_use_id: id, content, is_error: failed }]);
const said = [
  message('user', 'Find out what is wrong with the discount, and mend it.'),
  message('assistant', [
    { type: 'text', text: 'First a look at the tests.' },
    use('toolu_1', 'bash', { command: 'npm test', timeoutMs: 60_000 }),
  ]),
  result('toolu_1', 'not ok 2 - never negative', true),
  message('assistant', [
    use('toolu_2', 'write_file', { path: 'total.js', content: 'const total = 0;\nexport { total };' }),
  ]),
];
const system = message('system', 'You work in a sandbox.');
const deeds: Deeds = new Map([
  ['toolu_1', { seq: 12, words: 'exec npm test', outcome: 'exit 1', failed: true }],
  ['toolu_2', { seq: 19, words: 'write total.js', outcome: null, failed: false }],
]);
const talk = (over: Partial<Conversation> = {}): Conversation => ({
  id: 'aaaaaaaaaaaa' as ConversationId,
  sandbox: 'sbx_7k2m' as SandboxId,
  ...{ provider: 'anthropic', model: 'claude-sonnet-4-5', messages: 4, seq: 20, atUs: 74_000_000, system, said },
  ...over,
});
const many = Array.from({ length: 24 }, (_, at) => message(at % 2 === 0 ? 'user' : 'assistant', `Message ${at + 1}`));
const view = (over: Partial<ConversationViewProps> = {}) =>
  at(
    <ConversationView
      conversation={talk()}
      all={[talk()]}
      {...{ deeds, turn: null, onChoose: nothing, onDeed: nothing }}
      {...over}
    />,
  );

export const Loading = { render: () => at(<ConversationLoading />) };
export const Empty = { render: () => at(<ConversationEmpty past={false} />) };
export const EmptyThen = { render: () => at(<ConversationEmpty past />) };
export const Failed = { render: () => at(<ConversationFailed {...failure} />) };
export const NoPermission = {
  render: () =>
    at(<ConversationFailed {...failure} error={new AppError('forbidden', 'Your token is for another sandbox.')} />),
};
export const Said = { render: () => view() };
export const Stopped = { render: () => view({ notice: <ConversationStopped {...failure} /> }) };
export const Stale = {
  render: () => view({ notice: <ListStale sinceMs={nowMs - 40_000} nowMs={nowMs} onRetry={nothing} /> }),
};
export const Replying = {
  render: () => view({ turn: { phase: 'replying' }, conversation: talk({ said: said.slice(0, 3) }) }),
};
export const Held = { render: () => view({ turn: { phase: 'held' }, conversation: talk({ said: said.slice(0, 3) }) }) };
export const NoReply = {
  render: () =>
    view({
      turn: { phase: 'failed', reason: 'The model’s server answered 429: too many requests.' },
      conversation: talk({ said: said.slice(0, 3) }),
    }),
};
/** It opens at the newest; one that something else led to is marked. */
export const Long = {
  render: () => view({ conversation: talk({ said: many, messages: 24 }), all: [talk(), talk()] }),
};
export const LedTo = {
  render: () => view({ conversation: talk({ said: many, messages: 24 }), wanted: { message: 10 } }),
};
export const NotKept = {
  render: () => view({ conversation: talk({ system: null, said: [{ role: 'user', sizeBytes: 9, content: null }] }) }),
};
