import type { Conversation, ConversationId, ConversationSummary } from '@sandglass/protocol';
import { formatElapsed } from '@sandglass/replay';
import { Button, Select } from '@sandglass/ui';
import { ArrowDown } from 'lucide-react';
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { shownName } from '../../platform/shownName.ts';
import { ConversationTurn } from './ConversationStates.tsx';
import './conversation.css';
import { Message } from './Message.tsx';
import { type Deeds, type Turn, toolNames } from './said.ts';
import { useTail } from './useTail.ts';

/** More are shown when somebody asks for them. */
const SHOWN_AT_FIRST = 60;
const SHOWN_MORE = 4 * SHOWN_AT_FIRST;

export interface ConversationViewProps {
  readonly conversation: Conversation;
  /** All that can be chosen, the newest first. */
  readonly all: readonly ConversationSummary[];
  readonly deeds: Deeds;
  readonly turn: Turn | null;
  /** What something else leads to; a new object leads there anew. */
  readonly wanted?: { readonly message: number } | undefined;
  /** What is to be said of all of it. */
  readonly notice?: ReactNode;
  readonly onChoose: (id: ConversationId) => void;
  /** Leads to a call; absent where calls are not shown. */
  readonly onDeed: ((seq: number) => void) | undefined;
}

/** One conversation, the newest message at the foot. */
export function ConversationView({ conversation, all, notice, onChoose, ...rest }: ConversationViewProps) {
  const nameOf = ({ model, provider }: ConversationSummary) => shownName(model ?? provider);
  const options = all.map((each, at) => ({
    value: each.id,
    label: `${nameOf(each)} · ${counted(each.messages)}${at === 0 ? ' · newest' : ''}`,
  }));
  return (
    <div className="conversation">
      <header className="conversation-head">
        {options.length > 1 ? (
          <Select label="Conversation" value={conversation.id} options={options} onChange={onChoose} />
        ) : (
          <b>{nameOf(conversation)}</b>
        )}
        <span>
          {options.length > 1 ? '' : `${counted(conversation.messages)} · `}
          {formatElapsed(conversation.atUs)}
        </span>
      </header>
      {notice}
      <Messages key={conversation.id} conversation={conversation} {...rest} />
    </div>
  );
}

type MessagesProps = Pick<ConversationViewProps, 'conversation' | 'deeds' | 'turn' | 'wanted' | 'onDeed'>;

function Messages({ conversation: { system, said }, deeds, turn, wanted, onDeed }: MessagesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [count, setCount] = useState(SHOWN_AT_FIRST);
  const { following, handleScroll, toNewest, leave, keepPlace } = useTail(scroller);
  const names = useMemo(() => toolNames(said), [said]);
  const first = Math.max(0, said.length - count);
  const before = useRef(count);
  useLayoutEffect(() => {
    if (before.current !== count) keepPlace();
    before.current = count;
  });
  const at = wanted === undefined ? -1 : Math.min(wanted.message, said.length - 1);
  // What leads to a message that is not drawn yet draws it.
  if (at >= 0 && at < first) setCount(said.length - at + SHOWN_AT_FIRST);
  const gone = useRef<object | undefined>(undefined);
  useEffect(() => {
    const message = scroller.current?.querySelector(`[data-message="${at}"]`);
    if (wanted === undefined || gone.current === wanted || message == null) return;
    gone.current = wanted;
    leave();
    message.scrollIntoView({ block: 'center' });
  });
  return (
    <div className="conversation-body">
      <section
        ref={scroller}
        className="conversation-scroll"
        aria-label="Messages"
        onScroll={handleScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
      >
        <div className="conversation-list">
          {first > 0 ? (
            <Button size="small" onClick={() => setCount(count + SHOWN_MORE)}>
              Show {Math.min(first, SHOWN_MORE)} earlier messages
            </Button>
          ) : system === null ? null : (
            <Message message={system} names={names} deeds={deeds} onDeed={onDeed} />
          )}
          {said.slice(first).map((message, index) => (
            <Message
              // biome-ignore lint/suspicious/noArrayIndexKey: a message is known by its place
              key={first + index}
              place={first + index}
              pointedAt={first + index === at}
              {...{ message, names, deeds, onDeed }}
            />
          ))}
          {turn === null ? null : <ConversationTurn turn={turn} />}
        </div>
      </section>
      {following ? null : (
        <Button size="small" className="conversation-jump" icon={<ArrowDown size={13} />} onClick={toNewest}>
          Jump to newest
        </Button>
      )}
    </div>
  );
}

const counted = (messages: number): string => `${messages} ${messages === 1 ? 'message' : 'messages'}`;
