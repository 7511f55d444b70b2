import { type RecordedClock, type SandboxId, wallMsAt } from '@sandglass/protocol';
import { formatElapsed } from '@sandglass/replay';
import { Button, Kbd, RelativeTime } from '@sandglass/ui';
import { clsx } from 'clsx';
import { AppWindow, Bot, Hand, Settings2, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { shownName } from '../../platform/shownName.ts';
import { actorNames, countWords, detailWords, laneTitles, outcomeWords, titleOf } from './markWords.ts';
import type { Picked } from './pick.ts';
import type { TimelineModel } from './timelineModel.ts';
import { useMarkEvent } from './useMarkEvent.ts';
import { useStill } from './useStill.ts';

const actorIcons = { agent: <Bot size={12} />, person: <Hand size={12} />, system: <Settings2 size={12} /> } as const;

export interface MarkCardProps {
  readonly sandbox: SandboxId;
  readonly model: TimelineModel;
  readonly picked: Picked | null;
  readonly atUs: number;
  readonly hasScreen: boolean;
  /** Says what o'clock a moment was. */
  readonly clock: RecordedClock;
  /** With a button, for who has no mouse to click with. */
  readonly onOpen?: () => void;
}

/** What is under the pointer, or has the focus: what, who, when, how long, and the screen of that moment. */
export function MarkCard({ sandbox, model, picked, atUs, hasScreen, clock, onOpen }: MarkCardProps) {
  const mark = picked?.kind === 'one' ? model.store.lanes[picked.ref.lane].mark(picked.ref.index) : null;
  const { event } = useMarkEvent(sandbox, mark?.seq ?? null);
  const momentUs = mark?.startUs ?? atUs;
  // Of something long, the picture is of the moment under the pointer.
  const still = useStill(sandbox, hasScreen && atUs <= model.nowUs() ? atUs : null);
  const window = hasScreen ? shownName(model.store.windowAt(atUs)) : '';
  const wallMs = event?.wallMs ?? wallMsAt(clock, momentUs);
  return (
    <div className={clsx('timeline-card', mark?.failed && 'timeline-card-failed')}>
      {still === null ? null : <img className="timeline-card-still" src={still} alt="The screen at this moment" />}
      {window === '' ? null : (
        <p className="timeline-card-window" title={window}>
          <AppWindow size={11} aria-hidden="true" /> <bdi>{window}</bdi>
        </p>
      )}
      {picked?.kind === 'many' ? (
        <p className="timeline-card-title">
          {laneTitles[picked.lane]} · {countWords(picked.lane, picked.sum)}
        </p>
      ) : null}
      {mark !== null && picked?.kind === 'one' ? (
        <>
          <p className="timeline-card-title">
            <b>{titleOf(picked.ref.lane, mark)}</b> <code>{detailWords(event)}</code>
          </p>
          <p className="timeline-card-facts">
            <Who actor={mark.actor}>{actorNames[mark.actor]}</Who>
            <span className={mark.failed ? 'timeline-card-error' : undefined}>
              {mark.failed ? <TriangleAlert size={11} /> : null}
              {outcomeWords(picked.ref.lane, mark, model.nowUs())}
            </span>
          </p>
        </>
      ) : null}
      <p className="timeline-card-when">
        <span>{formatElapsed(momentUs, true)}</span>
        <span>{new Date(wallMs).toLocaleTimeString()}</span>
        {momentUs > model.nowUs() ? null : (
          <span>
            <RelativeTime atMs={wallMs} /> ago
          </span>
        )}
      </p>
      {picked?.kind === 'many' ? <p className="timeline-card-hint">Click to come closer</p> : null}
      {onOpen === undefined || mark === null ? null : (
        <Button size="small" onClick={onOpen}>
          Open in Activity <Kbd>↵</Kbd>
        </Button>
      )}
    </div>
  );
}

function Who({ actor, children }: { actor: keyof typeof actorIcons; children: ReactNode }) {
  return (
    <span className={`timeline-card-who timeline-card-${actor}`}>
      {actorIcons[actor]}
      {children}
    </span>
  );
}
