import { Button, Dialog } from '@sandglass/ui';

/** Output may say one thing and link to another: the person sees where it goes before anything opens. */
export function LinkQuestion({ url, onClose }: { url: URL | null; onClose: () => void }) {
  const open = () => {
    if (url !== null) window.open(url.href, '_blank', 'noopener,noreferrer');
    onClose();
  };
  return (
    <Dialog
      open={url !== null}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title={`Open ${url?.host ?? 'this link'}?`}
      description="A program in the sandbox wrote this link. It opens in a new tab of your browser, outside the sandbox."
      actions={
        <>
          <Button onClick={onClose}>Stay here</Button>
          <Button tone="primary" onClick={open}>
            Open in a new tab
          </Button>
        </>
      }
    >
      <code className="terminal-link">{url?.href}</code>
    </Dialog>
  );
}
