import type { ConversationId, ConversationMessage, SandboxId } from '@sandglass/protocol';
import { formatElapsed } from '@sandglass/replay';
import { Button, EmptyState, Select, Skeleton } from '@sandglass/ui';
import { useQuery } from '@tanstack/react-query';
import { MessagesSquare } from 'lucide-react';
import { useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { useEvents } from '../../platform/events.ts';
import { eventsUpTo } from '../../platform/eventsUpTo.ts';
import { Failed } from '../../platform/Failed.tsx';
import type { PaneProps } from '../../platform/pane.ts';
import { useMoment } from '../../platform/playhead.ts';
import './conversation.css';
import { Message } from './Message.tsx';

/** More are shown when somebody asks for them. */
const SHOWN_AT_FIRST = 60;
const SECOND_US = 1_000_000;

/** What an agent and its model had said to each other at the moment that is shown. */
export default function ConversationPane({ sandbox }: PaneProps) {
  const momentUs = useMoment();
  const [chosen, setChosen] = useState<ConversationId | null>(null);
  const said = useSaidAt(sandbox, momentUs);
  const conversations = useConversations(sandbox, said);
  const id = conversations.data?.find((each) => each.id === chosen)?.id ?? conversations.data?.[0]?.id;
  const { data, error, isPending, refetch } = useConversation(sandbox, id, said);
  if (conversations.error !== null && conversations.data === undefined)
    return <Failed error={conversations.error} onRetry={() => void conversations.refetch()} />;
  if (conversations.data?.length === 0)
    return (
      <EmptyState
        icon={<MessagesSquare size={18} />}
        title={momentUs === null ? 'Nothing said yet' : 'Nothing had been said'}
      >
        When an agent reaches its model through the model door, every message stands here, whole. Connect an agent shows
        the addresses.
      </EmptyState>
    );
  if (error !== null && data === undefined) return <Failed error={error} onRetry={() => void refetch()} />;
  if (isPending || data === undefined)
    return (
      <div className="conversation" aria-busy="true">
        <Skeleton width="70%" />
      </div>
    );
  const options = (conversations.data ?? []).map((each, at) => ({
    value: each.id,
    label: `${each.model ?? each.provider} · ${each.messages} messages${at === 0 ? ' · newest' : ''}`,
  }));
  return (
    <div className="conversation">
      <header className="conversation-head">
        {options.length > 1 ? (
          <Select label="Conversation" value={data.id} options={options} onChange={(value) => setChosen(value)} />
        ) : (
          <b>{data.model ?? data.provider}</b>
        )}
        <span>
          {data.messages} messages · {formatElapsed(data.atUs)}
        </span>
      </header>
      <Messages key={data.id} system={data.system} said={data.said} />
    </div>
  );
}

function Messages({ system, said }: { system: ConversationMessage | null; said: readonly ConversationMessage[] }) {
  const [count, setCount] = useState(SHOWN_AT_FIRST);
  const first = Math.max(0, said.length - count);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="conversation-scroll" aria-label="Messages" tabIndex={0}>
      {first > 0 ? (
        <Button size="small" onClick={() => setCount(count + 4 * SHOWN_AT_FIRST)}>
          Show {Math.min(first, 4 * SHOWN_AT_FIRST)} earlier messages
        </Button>
      ) : system === null ? null : (
        <Message message={system} />
      )}
      {said.slice(first).map((message, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a message is known by its place
        <Message key={first + at} message={message} />
      ))}
    </section>
  );
}

interface SaidAt {
  /** Asks anew when this changes. */
  readonly key: string;
  readonly atUs: number | undefined;
}

/** The newest message up to the moment, as far as the events that are here tell; else the second that is shown. */
function useSaidAt(sandbox: SandboxId, momentUs: number | null): SaidAt {
  const { events } = useEvents(sandbox);
  const newest = eventsUpTo(events, momentUs).findLast(
    ({ kind }) => kind === 'conversation.asked' || kind === 'conversation.replied',
  );
  if (newest !== undefined) return { key: `seq ${newest.seq}`, atUs: momentUs ?? undefined };
  return { key: momentUs === null ? 'now' : `at ${Math.floor(momentUs / SECOND_US)}`, atUs: momentUs ?? undefined };
}

function useConversations(sandbox: SandboxId, { key, atUs }: SaidAt) {
  const client = useClient();
  return useQuery({
    queryKey: ['conversations', sandbox, key],
    queryFn: async ({ signal }) =>
      (await client.request('conversations', { params: { sandbox }, query: { atUs }, signal })).items,
    placeholderData: (before) => before,
  });
}

function useConversation(sandbox: SandboxId, id: ConversationId | undefined, { key, atUs }: SaidAt) {
  const client = useClient();
  return useQuery({
    queryKey: ['conversation', sandbox, id ?? null, key],
    queryFn: async ({ signal }) =>
      await client.request('conversation', { params: { sandbox, conversation: id! }, query: { atUs }, signal }),
    placeholderData: (before) => before,
    enabled: id !== undefined,
  });
}
