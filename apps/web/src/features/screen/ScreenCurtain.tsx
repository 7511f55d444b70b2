import type { Sandbox } from '@sandglass/protocol';
import { EmptyState } from '@sandglass/ui';
import { EyeOff, HardDrive, History } from 'lucide-react';
import type { ReactElement } from 'react';
import { type PastGap, usePastGap, usePrivacy } from '../../platform/privacy.ts';

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

const reasons: Record<PastGap, { icon: ReactElement; title: string; text: string }> = {
  private: {
    icon: <EyeOff />,
    title: 'Private: nothing was recorded',
    text: 'A person worked in private at this moment.',
  },
  noSpace: {
    icon: <HardDrive />,
    title: 'Nothing was recorded',
    text: 'The disk that holds the recordings was full at this moment.',
  },
  notKept: {
    icon: <History />,
    title: 'Not kept any more',
    text: 'This recording is kept from a later moment on. The timeline shows where it begins.',
  },
};

function Curtain({ reason }: { reason: PastGap }) {
  const { icon, title, text } = reasons[reason];
  return (
    <div className="screen-curtain">
      <EmptyState icon={icon} title={title}>
        {text}
      </EmptyState>
    </div>
  );
}
