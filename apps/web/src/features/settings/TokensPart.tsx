import type { CreatedToken, Token } from '@sandglass/protocol';
import { Button, EmptyState, RelativeTime, Skeleton, Table } from '@sandglass/ui';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { Failed } from '../../platform/Failed.tsx';
import { useSandboxes } from '../../platform/sandboxes.ts';
import { shownName } from '../../platform/shownName.ts';
import { useAction } from '../../platform/useAction.ts';
import { CreateTokenDialog } from './CreateTokenDialog.tsx';
import { Part } from './Part.tsx';
import { RevokeDialog } from './RevokeDialog.tsx';
import { SecretOnce } from './SecretOnce.tsx';
import { useTokens } from './tokens.ts';

/** Who may do what here. Only an admin sees others' tokens. */
export function TokensPart({ token }: { token: Token }) {
  const isAdmin = token.role === 'admin';
  const tokens = useTokens(isAdmin);
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedToken>();
  const [revoking, setRevoking] = useState<Token>();
  useAction({
    id: 'token.create',
    title: 'New token…',
    group: 'Settings',
    icon: <KeyRound size={14} />,
    blocked: isAdmin ? undefined : 'Only an admin makes tokens',
    run: () => setCreating(true),
  });
  return (
    <Part
      id="tokens"
      title="Tokens"
      about={
        <>
          You are here with <b>{shownName(token.name)}</b>, as {token.role}.
        </>
      }
      action={
        isAdmin ? (
          <Button size="small" icon={<Plus size={13} />} onClick={() => setCreating(true)}>
            New token
          </Button>
        ) : null
      }
    >
      {created === undefined ? null : (
        <SecretOnce secret={created.secret} onKept={() => setCreated(undefined)}>
          <b>{shownName(created.name)}</b> is made. Its secret is shown this once; the server keeps only its hash.
        </SecretOnce>
      )}
      {!isAdmin ? (
        <EmptyState icon={<KeyRound size={18} />} title="Tokens are an admin’s">
          Ask who started this server for a token with the role you need.
        </EmptyState>
      ) : tokens.data !== undefined ? (
        <TokenTable tokens={tokens.data} own={token.id} onRevoke={setRevoking} />
      ) : tokens.isError ? (
        <Failed error={tokens.error} onRetry={() => void tokens.refetch()} />
      ) : (
        <div aria-busy="true">
          <Skeleton width="70%" />
        </div>
      )}
      <CreateTokenDialog open={creating} onOpenChange={setCreating} onCreated={setCreated} />
      <RevokeDialog token={revoking} own={revoking?.id === token.id} onClose={() => setRevoking(undefined)} />
    </Part>
  );
}

function TokenTable({
  tokens,
  own,
  onRevoke,
}: {
  tokens: readonly Token[];
  own: string;
  onRevoke: (token: Token) => void;
}) {
  const sandboxes = useSandboxes().data;
  const scopeOf = ({ scope }: Token): string =>
    scope.kind === 'all'
      ? 'everything'
      : shownName(sandboxes?.find(({ id }) => id === scope.sandbox)?.name ?? scope.sandbox);
  return (
    <div className="settings-table">
      <Table
        label="Tokens"
        columns={[
          {
            key: 'name',
            head: 'Name',
            cell: (token) => (
              <>
                {shownName(token.name)} {token.id === own ? <span className="settings-about">yours</span> : null}
              </>
            ),
          },
          { key: 'role', head: 'Role', width: '90px', cell: ({ role }) => role },
          { key: 'scope', head: 'Reaches', cell: scopeOf },
          {
            key: 'used',
            head: 'Last used',
            width: '90px',
            cell: ({ lastUsedAtMs }) => (lastUsedAtMs === null ? 'never' : <RelativeTime atMs={lastUsedAtMs} />),
          },
          {
            key: 'until',
            head: 'Until',
            width: '130px',
            cell: ({ expiresAtMs }) => (expiresAtMs === null ? 'revoked' : new Date(expiresAtMs).toLocaleDateString()),
          },
          {
            key: 'revoke',
            head: 'Revoke',
            width: '90px',
            align: 'end',
            cell: (token) => (
              <Button
                size="small"
                tone="quiet-danger"
                onClick={() => onRevoke(token)}
                aria-label={`Revoke ${token.name}`}
              >
                Revoke
              </Button>
            ),
          },
        ]}
        rows={tokens}
        rowKey={({ id }) => id}
      />
    </div>
  );
}
