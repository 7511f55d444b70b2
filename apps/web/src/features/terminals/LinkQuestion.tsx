import type { Sandbox } from '@sandglass/protocol';
import { Button, CopyButton, Dialog, toast } from '@sandglass/ui';
import { useMutation } from '@tanstack/react-query';
import { useClient } from '../../platform/client.tsx';
import { describeFailure } from '../../platform/errors.ts';
import { shownName } from '../../platform/shownName.ts';
import { useMayOperate } from '../../platform/useSession.ts';

interface LinkQuestionProps {
  readonly url: URL;
  readonly sandbox: Sandbox | undefined;
  readonly onClose: () => void;
}

/** Output may say one thing and link to another: the person sees where it goes before anything opens, and it opens inside. */
export function LinkQuestion({ url, sandbox, onClose }: LinkQuestionProps) {
  const client = useClient();
  const mayOperate = useMayOperate(sandbox);
  const browses = sandbox?.image === 'desktop' && sandbox.phase === 'running' && mayOperate;
  const open = useMutation({
    mutationFn: async () => {
      if (sandbox === undefined) return;
      // As one word and after `--`: an address is never an option.
      const command = ['chromium', '--new-window', '--', url.href];
      await client.request('startExec', { params: { sandbox: sandbox.id }, body: { command, wait: false } });
    },
    onSuccess: () => {
      toast.say('Opening in the sandbox’s browser', 'It appears on the desktop.');
      onClose();
    },
    onError: (error) => toast.fail('The sandbox did not open it', describeFailure(error).detail),
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Open ${url.host}?`}
      description={
        browses
          ? 'A program in the sandbox wrote this link. It opens in the sandbox’s own browser, never in yours.'
          : 'A program in the sandbox wrote this link. Nothing in this sandbox can open it; copy it if you trust it.'
      }
      actions={
        <>
          <CopyButton text={url.href} label="Copy link" />
          <Button onClick={onClose}>Stay here</Button>
          {browses ? (
            <Button tone="primary" busy={open.isPending} onClick={() => open.mutate()}>
              Open in the sandbox
            </Button>
          ) : null}
        </>
      }
    >
      <code className="terminal-link">{shownName(url.href)}</code>
    </Dialog>
  );
}
