import type { CreatedWebhook, Token, Webhook } from '@sandglass/protocol';
import {
  Button,
  ConfirmDialog,
  EmptyState,
  IconButton,
  LoadingState,
  RelativeTime,
  Switch,
  toast,
} from '@sandglass/ui';
import { Pencil, Plus, Send, Trash2, Webhook as WebhookIcon } from 'lucide-react';
import { lazy, useState } from 'react';
import { progressOf } from '../../platform/dialog.tsx';
import { describeFailure } from '../../platform/errors.ts';
import { Failed } from '../../platform/Failed.tsx';
import { LazyPart } from '../../platform/LazyPart.tsx';
import { shownName } from '../../platform/shownName.ts';
import { useAction } from '../../platform/useAction.ts';
import { Part } from './Part.tsx';
import { SecretOnce } from './SecretOnce.tsx';
import { useWebhookActs, useWebhooks } from './webhooks.ts';
import { deliveryWords, kinds } from './webhookWords.ts';

const WebhookDialog = lazy(() => import('./WebhookDialog.tsx'));

type Asked = { readonly kind: 'new' } | { readonly kind: 'edit' | 'remove'; readonly webhook: Webhook };

/** Who else hears that a sandbox needs somebody: a chat, a pager, a program. */
export function WebhooksPart({ token }: { token: Token }) {
  const isAdmin = token.role === 'admin';
  const webhooks = useWebhooks(isAdmin);
  const { remove } = useWebhookActs();
  const [asked, setAsked] = useState<Asked>();
  const [created, setCreated] = useState<CreatedWebhook>();
  useAction({
    id: 'webhook.create',
    title: 'New webhook…',
    group: 'Settings',
    icon: <WebhookIcon size={14} />,
    keywords: 'notify chat pager post',
    blocked: isAdmin ? undefined : 'Only an admin makes webhooks',
    run: () => setAsked({ kind: 'new' }),
  });
  const close = () => setAsked(undefined);
  return (
    <Part
      id="webhooks"
      title="Webhooks"
      about="Addresses that are told when a call waits for a decision or an agent asks a person."
      action={
        isAdmin ? (
          <Button size="small" icon={<Plus size={13} />} onClick={() => setAsked({ kind: 'new' })}>
            New webhook
          </Button>
        ) : null
      }
    >
      {created === undefined ? null : (
        <SecretOnce secret={created.secret} onKept={() => setCreated(undefined)}>
          The webhook is made. What is sent to it is signed with this secret, which is shown this once.
        </SecretOnce>
      )}
      {!isAdmin ? (
        <EmptyState icon={<WebhookIcon size={18} />} title="Webhooks are an admin’s">
          Ask who started this server to have an address of yours told.
        </EmptyState>
      ) : webhooks.isError && webhooks.data === undefined ? (
        <Failed error={webhooks.error} onRetry={() => void webhooks.refetch()} />
      ) : webhooks.data === undefined ? (
        <LoadingState label="Loading the webhooks" />
      ) : webhooks.data.length === 0 ? (
        <EmptyState icon={<WebhookIcon size={18} />} title="Nobody else is told yet">
          The wall, the tab’s title and notifications of this browser tell those who have the console open.
        </EmptyState>
      ) : (
        <ul className="settings-hooks" aria-label="Webhooks">
          {webhooks.data.map((webhook) => (
            <Hook
              key={webhook.id}
              webhook={webhook}
              onEdit={() => setAsked({ kind: 'edit', webhook })}
              onRemove={() => setAsked({ kind: 'remove', webhook })}
            />
          ))}
        </ul>
      )}
      {asked?.kind === 'new' || asked?.kind === 'edit' ? (
        <LazyPart>
          <WebhookDialog
            webhook={asked.kind === 'edit' ? asked.webhook : undefined}
            onCreated={setCreated}
            onClose={close}
          />
        </LazyPart>
      ) : asked?.kind === 'remove' ? (
        <ConfirmDialog
          open
          onOpenChange={close}
          title="Remove this webhook?"
          description={<code>{shownName(asked.webhook.url)}</code>}
          consequences={[{ word: 'Called off', text: 'what is on its way to it.' }]}
          confirmLabel="Remove"
          {...progressOf(remove)}
          onConfirm={() => remove.mutate(asked.webhook.id, { onSuccess: close })}
        />
      ) : null}
    </Part>
  );
}

function Hook({ webhook, onEdit, onRemove }: { webhook: Webhook; onEdit: () => void; onRemove: () => void }) {
  const { update, test } = useWebhookActs();
  const { url, enabled, last } = webhook;
  const shown = shownName(url);
  const fail = (error: Error) => toast.fail('The webhook is as it was', describeFailure(error).detail);
  return (
    <li className="settings-hook" aria-label={shown}>
      <Switch
        checked={enabled}
        label={`${shown}: on`}
        onChange={(next) => update.mutate({ webhook: webhook.id, body: { enabled: next } }, { onError: fail })}
      />
      <div>
        <code>{shown}</code>
        <span className="settings-about">{webhook.kinds.map((kind) => kinds[kind]).join(' · ')}</span>
        <span className="settings-about" role="status" data-failed={last?.state === 'failed' || undefined}>
          {last === null ? (
            'Nothing was sent since the server started'
          ) : (
            <>
              {last.kind === 'test' ? 'Test' : 'Last'}: {shownName(deliveryWords(last))},{' '}
              <RelativeTime atMs={last.askedAtMs} /> ago
            </>
          )}
        </span>
      </div>
      <Button
        size="small"
        icon={<Send size={13} />}
        busy={test.isPending}
        aria-label={`Send a test to ${shown}`}
        onClick={() => test.mutate(webhook.id, { onError: fail })}
      >
        Test
      </Button>
      <IconButton size="small" label={`Edit ${shown}`} onClick={onEdit}>
        <Pencil size={13} />
      </IconButton>
      <IconButton size="small" label={`Remove ${shown}`} onClick={onRemove}>
        <Trash2 size={13} />
      </IconButton>
    </li>
  );
}
