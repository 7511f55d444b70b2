import type { RecordingGap, Sandbox } from '@sandglass/protocol';
import { EmptyState } from '@sandglass/ui';
import { EyeOff, HardDrive } from 'lucide-react';
import { usePastGap, usePrivacy } from '../../platform/privacy.ts';

/** In front of a picture that would be an old one: of this moment there is none. */
export function ScreenCurtain({ sandbox, past }: { sandbox: Sandbox; past: boolean }) {
  const gap = usePastGap();
  const privacy = usePrivacy(sandbox);
  if (past) return gap === undefined ? null : <Curtain reason={gap} />;
  if (privacy.phase !== 'others') return null;
  return (
    <div className="screen-curtain">
      <EmptyState icon={<EyeOff />} title="Somebody works here in private">
        The screen comes back when they have ended it.
      </EmptyState>
    </div>
  );
}

function Curtain({ reason }: { reason: RecordingGap['reason'] }) {
  return (
    <div className="screen-curtain">
      {reason === 'private' ? (
        <EmptyState icon={<EyeOff />} title="Private: nothing was recorded">
          A person worked in private at this moment.
        </EmptyState>
      ) : (
        <EmptyState icon={<HardDrive />} title="Nothing was recorded">
          The disk that holds the recordings was full at this moment.
        </EmptyState>
      )}
    </div>
  );
}
