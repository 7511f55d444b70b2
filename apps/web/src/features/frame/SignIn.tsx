import { Button, ErrorNote, Field, Input } from '@sandglass/ui';
import { Hourglass } from 'lucide-react';
import { type FormEvent, useContext, useState } from 'react';
import { describeFailure } from '../../platform/errors.ts';
import type { SessionState } from '../../platform/sessionModel.ts';
import { SessionContext } from '../../platform/useSession.ts';
import './signIn.css';

/** Shown when no valid session is there: paste a token, or open the URL that `npm start` printed. */
export function SignIn({ state }: { state: Extract<SessionState, { phase: 'closed' | 'unreachable' }> }) {
  const session = useContext(SessionContext);
  const [secret, setSecret] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // A pasted URL is as good as the token in it.
    const token = /[#&]token=([^&\s]+)/.exec(secret)?.[1] ?? secret.trim();
    if (token !== '') void session?.open(token);
  };
  if (state.phase === 'unreachable') {
    const failure = describeFailure(state.error);
    return (
      <main className="signin">
        <Hourglass size={28} strokeWidth={1.5} className="signin-mark" />
        <h1>{failure.title}</h1>
        <p>{failure.detail}</p>
        <Button tone="primary" size="large" onClick={() => void session?.start(null)}>
          Try again
        </Button>
      </main>
    );
  }
  return (
    <main className="signin">
      <Hourglass size={28} strokeWidth={1.5} className="signin-mark" />
      <h1>Sandglass needs a token</h1>
      <p>
        Open the URL that <code>npm start</code> printed, or paste it, or its token, here.
      </p>
      <form onSubmit={submit} className="signin-form">
        <Field label="Token">
          <Input type="password" mono autoFocus value={secret} onValueChange={setSecret} placeholder="sgl_…" />
        </Field>
        {state.refused ? (
          <ErrorNote title="That token is not known here">
            It may have run out or been revoked, or belong to another server. Nothing was changed.
          </ErrorNote>
        ) : null}
        <Button tone="primary" size="large" type="submit" disabled={secret.trim() === ''}>
          Open
        </Button>
      </form>
    </main>
  );
}
