import type { Sandbox } from '@sandglass/protocol';
import { Pill } from '@sandglass/ui';
import { EyeOff, HardDrive } from 'lucide-react';
import { isEnded } from './status.ts';

/** Beside the state of a sandbox that is not being recorded. */
export function CapturePill({ sandbox }: { sandbox: Pick<Sandbox, 'capture' | 'phase'> }) {
  if (sandbox.capture.phase === 'on' || isEnded(sandbox)) return null;
  if (sandbox.capture.phase === 'private')
    return (
      <Pill tone="human" icon={<EyeOff size={12} />}>
        Private
      </Pill>
    );
  return (
    <Pill tone="err" icon={<HardDrive size={12} />}>
      Not recorded
    </Pill>
  );
}
