import type { SandboxId } from '@sandglass/protocol';
import { IconButton, RelativeTime } from '@sandglass/ui';
import { SendHorizontal } from 'lucide-react';
import { useState } from 'react';
import { FailedNote } from '../../platform/Failed.tsx';
import { useGate, useGateAnswer } from '../../platform/gate.ts';
import { useIsPast } from '../../platform/playhead.ts';
import { shownName } from '../../platform/shownName.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import './gate.css';

/** Words for the agent, which it reads at its next call; those it has not read yet stand above. */
export function MessageLine({ sandbox }: { sandbox: SandboxId }) {
  const gate = useGate(sandbox);
  const may = useMayOperate({ id: sandbox });
  const past = useIsPast();
  const [text, setText] = useState('');
  const send = useGateAnswer(sandbox, () => setText(''));
  if (past || gate === null) return null;
  const typed = text.trim();
  return (
    <div className="gate-message">
      {gate.notices.length === 0 ? null : (
        <ul className="gate-notices" aria-label="Not read by the agent yet">
          {gate.notices.map((notice) => (
            <li key={notice.id}>
              <span>{shownName(notice.text)}</span>
              <small>
                {notice.kind === 'handBack' ? 'hand-back' : shownName(notice.from)} · not read yet ·{' '}
                <RelativeTime atMs={notice.atMs} />
              </small>
            </li>
          ))}
        </ul>
      )}
      {send.isError ? <FailedNote error={send.error} /> : null}
      {may ? (
        <form
          className="gate-message-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (typed !== '' && !send.isPending) send.mutate({ kind: 'message', text: typed });
          }}
        >
          <input
            className="ui-input"
            aria-label="Message to the agent"
            placeholder="Message to the agent…"
            value={text}
            maxLength={16_000}
            onChange={(event) => setText(event.target.value)}
          />
          <IconButton label="Send to the agent" type="submit" disabled={typed === '' || send.isPending}>
            <SendHorizontal size={14} />
          </IconButton>
        </form>
      ) : null}
    </div>
  );
}
