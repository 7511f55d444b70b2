import { isAppError } from '@sandglass/protocol';
import { Button, EmptyState, NoPermissionState, Skeleton } from '@sandglass/ui';
import { CirclePause, MessagesSquare, TriangleAlert } from 'lucide-react';
import { actions } from '../../platform/actions.ts';
import { PaneFailed, type PaneFailure, PaneStopped } from '../../platform/paneStates.tsx';
import { shownName } from '../../platform/shownName.ts';
import './conversation.css';
import type { Turn } from './said.ts';

const messages = [
  ['22%', '86%', '54%'],
  ['16%', '94%', '72%', '40%'],
  ['22%', '63%'],
];

/** Messages in the shape of those that come. */
export function ConversationLoading() {
  return (
    <div className="conversation" role="status" aria-busy="true" aria-label="Loading what was said">
      <div className="conversation-list">
        {messages.map((lines, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have nothing else
          <span key={at} className="message message-waiting">
            {lines.map((width) => (
              <Skeleton key={width} width={width} height={11} />
            ))}
          </span>
        ))}
      </div>
    </div>
  );
}

/** `past`: a moment at which nothing had been said yet. */
export function ConversationEmpty({ past }: { past: boolean }) {
  return (
    <EmptyState icon={<MessagesSquare size={18} />} title={past ? 'Nothing had been said' : 'Nothing said yet'}>
      When an agent reaches its model through the model door, every message stands here, whole. Connect an agent shows
      the addresses.
    </EmptyState>
  );
}

const kept = 'What was said is recorded all the same, and the agent goes on.';

/** Nothing of it can be shown. */
export function ConversationFailed(failure: PaneFailure) {
  if (isAppError(failure.error) && failure.error.code === 'forbidden')
    return (
      <NoPermissionState title="You cannot read what was said">
        {failure.error.message} Ask who gave you this link for a token that reaches this sandbox.
      </NoPermissionState>
    );
  return <PaneFailed {...failure} kept={kept} />;
}

/** The newest could not be read; what was read before is still shown. */
export function ConversationStopped(failure: PaneFailure) {
  return <PaneStopped {...failure} kept={<>What is below is the last that was read. {kept}</>} />;
}

/** Below the last message: what the conversation waits for. */
export function ConversationTurn({ turn }: { turn: Turn }) {
  switch (turn.phase) {
    case 'replying':
      return (
        <p className="conversation-turn" role="status">
          <span className="conversation-typing" aria-hidden>
            <i />
            <i />
            <i />
          </span>
          The model is replying…
        </p>
      );
    case 'held':
      return (
        <p className="conversation-turn conversation-held" role="status">
          <CirclePause size={13} aria-hidden /> The model’s reply waits for a person.
          <Button size="small" onClick={() => actions.run('panes.show:activity')}>
            Decide…
          </Button>
        </p>
      );
    case 'failed':
      return (
        <p className="conversation-turn conversation-broken" role="status">
          <TriangleAlert size={13} aria-hidden />
          <span>
            <b>No reply.</b> {shownName(turn.reason)}
          </span>
        </p>
      );
  }
}
