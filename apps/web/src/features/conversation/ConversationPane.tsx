import type { ConversationId, SandboxId } from '@sandglass/protocol';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { actions } from '../../platform/actions.ts';
import { useClient, useConnection, useLostSince } from '../../platform/client.tsx';
import { useEvents } from '../../platform/events.ts';
import { eventsUpTo } from '../../platform/eventsUpTo.ts';
import type { PaneProps } from '../../platform/pane.ts';
import { ListStale } from '../../platform/paneStates.tsx';
import { useMoment } from '../../platform/playhead.ts';
import { pointedAt, usePointedAt } from '../../platform/pointedAt.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { isEnded } from '../../platform/status.ts';
import {
  ConversationEmpty,
  ConversationFailed,
  ConversationLoading,
  ConversationStopped,
} from './ConversationStates.tsx';
import { ConversationView } from './ConversationView.tsx';
import './conversation.css';
import { deedsOf, replyAt, turnOf } from './said.ts';

const SECOND_US = 1_000_000;
const SHOW_ACTIVITY = 'panes.show:activity';

/** What an agent and its model had said to each other at the moment that is shown. */
export default function ConversationPane({ sandbox }: PaneProps) {
  const momentUs = useMoment();
  const { events: all } = useEvents(sandbox);
  const events = useMemo(() => eventsUpTo(all, momentUs), [all, momentUs]);
  const found = useSandbox(sandbox);
  const ended = momentUs === null && found !== undefined && isEnded(found);
  const { wanted, chosen, choose } = useChosen(all);
  const newest = events.findLast(({ kind }) => kind === 'conversation.asked' || kind === 'conversation.replied');
  const said = {
    // Asked anew when this changes: the newest message, as far as the events that are here tell; else the second that is shown.
    key:
      newest !== undefined ? `seq ${newest.seq}` : momentUs === null ? 'now' : `at ${Math.floor(momentUs / SECOND_US)}`,
    atUs: momentUs ?? undefined,
  };
  const conversations = useConversations(sandbox, said);
  const id = conversations.data?.find((each) => each.id === chosen)?.id ?? conversations.data?.[0]?.id;
  const { data, error: failed, refetch } = useConversation(sandbox, id, said);
  const error = conversations.error ?? failed;
  const retry = () => void (conversations.error === null ? refetch() : conversations.refetch());
  const conversation = useLast(data, id);
  const deeds = useMemo(() => deedsOf(events, id ?? NONE), [events, id]);
  const turn = useMemo(() => (id === undefined ? null : turnOf(events, id, ended)), [events, id, ended]);
  const lost = useConnection() === 'lost';
  const lostSinceMs = useLostSince();
  const { stream } = useClient();
  const handleDeed = useCallback((event: number) => {
    pointedAt.point({ event });
    actions.run(SHOW_ACTIVITY);
  }, []);
  const stale = lost ? <ListStale sinceMs={lostSinceMs} onRetry={() => stream.retryNow()} /> : null;
  const failure = { error, id: sandbox, onRetry: retry };
  if (conversations.data?.length === 0 && conversations.error === null)
    return (
      <div className="conversation">
        {stale}
        <ConversationEmpty past={momentUs !== null} />
      </div>
    );
  if (conversation === undefined) return error === null ? <ConversationLoading /> : <ConversationFailed {...failure} />;
  return (
    <ConversationView
      {...{ conversation, deeds, wanted }}
      all={conversations.data ?? [conversation]}
      turn={lost ? null : turn}
      notice={stale ?? (error === null ? null : <ConversationStopped {...failure} />)}
      onChoose={choose}
      onDeed={handleDeed}
    />
  );
}

/** Of no conversation. */
const NONE = '' as ConversationId;

/** The one that the person chose, or that something else led to; whichever was later. */
function useChosen(events: Parameters<typeof replyAt>[0]) {
  const [chosen, setChosen] = useState<{ id: ConversationId; after: object } | null>(null);
  const pointed = usePointedAt();
  const reply = pointed.reply === undefined ? undefined : replyAt(events, pointed.reply);
  const place = reply?.message;
  // biome-ignore lint/correctness/useExhaustiveDependencies: pointed at once more, it leads there once more
  const wanted = useMemo(() => (place === undefined ? undefined : { message: place }), [place, pointed]);
  const isChosenLater = chosen !== null && (reply === undefined || chosen.after === pointed);
  return {
    wanted: isChosenLater ? undefined : wanted,
    chosen: isChosenLater ? chosen.id : (reply?.conversation ?? null),
    choose: (id: ConversationId) => setChosen({ id, after: pointed }),
  };
}

/** What was read last of it, while it is read anew or cannot be. */
function useLast<T extends { readonly id: ConversationId }>(data: T | undefined, id: ConversationId | undefined) {
  const last = useRef(data);
  if (data !== undefined) last.current = data;
  return data ?? (last.current?.id === id ? last.current : undefined);
}

interface SaidAt {
  readonly key: string;
  readonly atUs: number | undefined;
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
