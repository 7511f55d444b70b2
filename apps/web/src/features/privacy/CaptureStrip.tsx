import type { Sandbox } from '@sandglass/protocol';
import { Button } from '@sandglass/ui';
import { EyeOff, HardDrive } from 'lucide-react';
import { formatClockSeconds } from '../../platform/format.ts';
import { usePrivacy, usePrivateMoment } from '../../platform/privacy.ts';
import { isEnded } from '../../platform/status.ts';
import { useAction } from '../../platform/useAction.ts';
import { mayOnlyWatch, useMayOperate } from '../../platform/useSession.ts';
import './captureStrip.css';

/** Says that nothing is recorded now, and why. Nothing is there while everything is. */
export function CaptureStrip({ sandbox }: { sandbox: Sandbox }) {
  const privacy = usePrivacy(sandbox);
  const moment = usePrivateMoment(sandbox);
  const mayOperate = useMayOperate(sandbox);
  const alive = !isEnded(sandbox) && sandbox.phase !== 'creating';
  const mine = privacy.phase === 'mine';
  useAction({
    id: 'sandbox.private',
    title: mine ? 'End the private moment' : 'Begin a private moment',
    group: 'Sandbox',
    hint: mine
      ? 'It is recorded again'
      : 'Nothing is recorded, and nobody else sees screen and terminals, for ten minutes at most',
    icon: <EyeOff size={14} />,
    keywords: 'secret password recording stop capture hide',
    when: alive,
    blocked: !mayOperate
      ? mayOnlyWatch
      : privacy.phase === 'others'
        ? 'Somebody works in private'
        : moment.busy
          ? 'It is on its way'
          : undefined,
    run: () => (mine ? moment.end() : moment.start()),
  });
  if (!alive || privacy.phase === 'recorded') return null;
  if (privacy.phase === 'noSpace')
    return (
      <aside className="capture-strip capture-strip-full" aria-label="Not recorded">
        <HardDrive size={14} aria-hidden="true" />
        <b>Not recorded</b>
        <span role="status">
          The disk that holds the recordings is full. The sandbox runs on and what was recorded is kept; make room on
          it, and the recording goes on by itself.
        </span>
      </aside>
    );
  const until = <time dateTime={new Date(privacy.untilMs).toISOString()}>{formatClockSeconds(privacy.untilMs)}</time>;
  return (
    <aside className="capture-strip" aria-label="Private moment">
      <EyeOff size={14} aria-hidden="true" />
      <b>Private</b>
      {mine ? (
        <>
          <span role="status">
            Nothing is recorded, and nobody else sees screen and terminals. It ends by itself at {until}.
          </span>
          <span className="capture-strip-note">What stands on the screen when it ends is recorded again.</span>
          <Button size="small" tone="primary" onClick={() => moment.end()} disabled={moment.busy}>
            End it
          </Button>
        </>
      ) : (
        <span role="status">
          Somebody works here in private: nothing is recorded, and screen and terminals are not shown, until they end
          it, at {until} at the latest.
        </span>
      )}
    </aside>
  );
}
