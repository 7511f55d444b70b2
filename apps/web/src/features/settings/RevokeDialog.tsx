import type { Token } from '@sandglass/protocol';
import { ConfirmDialog } from '@sandglass/ui';
import { progressOf } from '../../platform/dialog.tsx';
import { shownName } from '../../platform/shownName.ts';
import { useTokenActions } from './tokens.ts';

/** Revoking ends what the token has open; it cannot be taken back, so it is asked for twice. */
export function RevokeDialog({ token, own, onClose }: { token: Token | undefined; own: boolean; onClose: () => void }) {
  const { revoke } = useTokenActions();
  return (
    <ConfirmDialog
      open={token !== undefined}
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={token === undefined ? '' : `Revoke ${shownName(token.name)}?`}
      cancelLabel="Keep it"
      confirmLabel="Revoke"
      {...progressOf(revoke)}
      onConfirm={() => token !== undefined && revoke.mutate(token.id, { onSuccess: onClose })}
    >
      {own
        ? 'It is the one that this page uses: you will need another to come back. '
        : 'Whoever uses it is out at once, and what they have open ends. '}
      What they did stays in the recordings.
    </ConfirmDialog>
  );
}
