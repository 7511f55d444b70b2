import { Button, CopyButton } from '@sandglass/ui';
import type { ReactNode } from 'react';

interface SecretOnceProps {
  readonly secret: string;
  /** What it is of. */
  readonly children: ReactNode;
  readonly onKept: () => void;
}

/** A secret that the server does not say again; it stays until the person says that they have it. */
export function SecretOnce({ secret, children, onKept }: SecretOnceProps) {
  return (
    <div className="settings-secret" role="status">
      <p>{children}</p>
      <code>{secret}</code>
      <CopyButton text={secret} label="Copy the secret" />
      <Button size="small" onClick={onKept}>
        I have it
      </Button>
    </div>
  );
}
