import type { CreatedToken, SandboxId } from '@sandglass/protocol';
import { CopyButton } from '@sandglass/ui';
import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { useFirstCall } from './queries.ts';

/** The token, shown once, and the light. */
export function FirstCall({ token, sandbox }: { token: CreatedToken; sandbox?: SandboxId }) {
  const called = useFirstCall(token.id);
  return (
    <div className="connect-made">
      <p className="connect-secret">
        <code>{token.secret}</code>
        <CopyButton text={token.secret} label="Copy the token" />
      </p>
      <p className={clsx('connect-light', called && 'connect-lit')} role="status">
        <i aria-hidden="true" />
        {called ? 'The first call has come' : 'Waiting for its first call…'}
        {called && sandbox === undefined ? <Link to="/">See the wall</Link> : null}
      </p>
    </div>
  );
}
