import type { Sandbox } from '@sandglass/protocol';
import { Pill } from '@sandglass/ui';
import { EyeOff, HardDrive } from 'lucide-react';
import { isEnded } from './status.ts';
import './capturePill.css';

/** Beside the state of a sandbox that is not being recorded. */
export function CapturePill({ sandbox }: { sandbox: Pick<Sandbox, 'capture' | 'phase'> }) {
  if (sandbox.capture.phase === 'on' || isEnded(sandbox)) return null;
  if (sandbox.capture.phase === 'private')
    return (
      <Pill className="capture-pill" tone="human" icon={<EyeOff size={12} />}>
        Private
      </Pill>
    );
  return (
    <Pill className="capture-pill" tone="err" icon={<HardDrive size={12} />}>
      Not recorded
    </Pill>
  );
}
