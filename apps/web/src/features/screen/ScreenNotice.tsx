import type { Gate, SandboxId } from '@sandglass/protocol';
import { Eye, Hand } from 'lucide-react';
import { actions } from '../../platform/actions.ts';
import { useClient, useLostSince } from '../../platform/client.tsx';
import { useControlLoss } from '../../platform/controlLoss.ts';
import { useGate, useGateAct, useMe, whoElseHolds } from '../../platform/gate.ts';
import { useOnePane } from '../../platform/narrow.ts';
import { PaneNotice } from '../../platform/PaneNotice.tsx';
import { useMayOperate } from '../../platform/useSession.ts';
import { ScreenStale } from './ScreenStates.tsx';
import type { ScreenState } from './screenModel.ts';

interface ScreenNoticeProps {
  readonly sandbox: SandboxId;
  readonly state: ScreenState;
  readonly frozen: boolean;
}

/** One line under the picture when it is not simply live and yours. */
export function ScreenNotice({ sandbox, state, frozen }: ScreenNoticeProps) {
  const gate = useGate(sandbox);
  const me = useMe(sandbox);
  const may = useMayOperate({ id: sandbox });
  const { stream } = useClient();
  const lostSince = useLostSince();
  if (state.phase === 'lost') return <ScreenStale sinceMs={lostSince} onRetry={() => stream.retryNow()} />;
  const text = noticeOf(state, frozen);
  if (text !== null) return <PaneNotice tone={state.phase === 'away' ? 'warn' : 'plain'}>{text}</PaneNotice>;
  if (gate === null || state.phase !== 'live' || !may) return null;
  return <ControlNotice sandbox={sandbox} gate={gate} me={me} />;
}

/** Who drives, and what the agent waits for. */
function ControlNotice({ sandbox, gate, me }: { sandbox: SandboxId; gate: Gate; me: string | undefined }) {
  const act = useGateAct(sandbox);
  const loss = useControlLoss(sandbox);
  const narrow = useOnePane();
  const { holder } = gate.control;
  const other = whoElseHolds(holder, me);
  const held = gate.held.find(({ reason }) => reason.kind !== 'control');
  const take = (
    <button type="button" className="screen-take" onClick={() => act.mutate({ kind: 'take' })}>
      Take control
    </button>
  );
  // On a phone the bar of the page has no room for them.
  const back = (
    <button type="button" className="screen-take" onClick={() => actions.run('control.release')}>
      Hand back…
    </button>
  );
  if (holder.kind === 'person' && other === null) {
    const waits = gate.held.length === 0 ? '' : ' The agent waits.';
    return (
      <PaneNotice icon={<Hand size={13} />}>
        You have control.{waits} {narrow ? back : null}
      </PaneNotice>
    );
  }
  if (other !== null)
    return (
      <PaneNotice icon={<Eye size={13} />}>
        {loss === undefined ? other : `${loss.title} from you. ${loss.detail}`}
        {loss === undefined ? '. ' : ' '}You are watching. {take} to use mouse and keyboard.
      </PaneNotice>
    );
  if (loss !== undefined)
    return (
      <PaneNotice icon={<Eye size={13} />}>
        {loss.title}. {loss.detail} {take}
      </PaneNotice>
    );
  if (held === undefined)
    return narrow ? (
      <PaneNotice icon={<Eye size={13} />}>Nobody has control. {take} to use mouse and keyboard alone.</PaneNotice>
    ) : null;
  return (
    <PaneNotice icon={<Eye size={13} />}>
      The agent is held {held.when} this call. {take} to keep it waiting while you work.
    </PaneNotice>
  );
}

function noticeOf(state: ScreenState, frozen: boolean): string | null {
  if (state.phase === 'away' && state.size === null) return 'Waiting for the desktop to start…';
  if (state.phase === 'away') return 'Its desktop is not there now. This is the last picture; it comes back by itself.';
  if (state.phase === 'ended') return 'The screen has ended. This is the last picture.';
  if (frozen) return 'Frozen: nothing moves until it is thawed.';
  if (state.phase === 'live' && !state.mayInput) return 'You are watching. Your token may not use mouse and keyboard.';
  return null;
}
