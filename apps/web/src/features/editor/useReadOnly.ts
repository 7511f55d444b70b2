import type { SandboxId } from '@sandglass/protocol';
import { useMayTouch } from '../../platform/gate.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { isEnded } from '../../platform/status.ts';
import { useMayOperate } from '../../platform/useSession.ts';

/** Why the file cannot be edited now, in words; null when it can. */
export function useReadOnly(sandbox: SandboxId): string | null {
  const resource = useSandbox(sandbox);
  const mayOperate = useMayOperate(resource);
  const touch = useMayTouch(sandbox);
  if (resource === undefined) return null;
  if (isEnded(resource)) return 'The sandbox has ended. Fork one of its checkpoints to go on.';
  if (!mayOperate) return 'You are watching. Your token may not change files.';
  if (resource.phase === 'frozen' || resource.phase === 'freezing') return 'Frozen. Thaw the sandbox to edit.';
  return touch.why === null ? null : `${touch.why}. Take control to edit.`;
}
