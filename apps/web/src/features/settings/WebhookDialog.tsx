import { type CreatedWebhook, CreateWebhook, UpdateWebhook, type Webhook, WebhookKind } from '@sandglass/protocol';
import { Checkbox, Field, FormDialog, Input } from '@sandglass/ui';
import { useState } from 'react';
import { FailedNote } from '../../platform/Failed.tsx';
import { useWebhookActs } from './webhooks.ts';
import { kinds } from './webhookWords.ts';

interface WebhookDialogProps {
  /** Undefined: a new one. */
  readonly webhook: Webhook | undefined;
  readonly onCreated: (webhook: CreatedWebhook) => void;
  readonly onClose: () => void;
}

/** An address, and of what it is told. The secret is made by the server and shown once. */
export default function WebhookDialog({ webhook, onCreated, onClose }: WebhookDialogProps) {
  const { create, update } = useWebhookActs();
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [chosen, setChosen] = useState<readonly WebhookKind[]>(webhook?.kinds ?? WebhookKind.options);
  const [wrong, setWrong] = useState<string>();
  const failed = create.error ?? update.error;
  const submit = () => {
    const body = (webhook === undefined ? CreateWebhook : UpdateWebhook).safeParse({ url: url.trim(), kinds: chosen });
    setWrong(body.success ? undefined : `This ${body.error.issues[0]?.message ?? 'is no address'}.`);
    if (!body.success) return;
    if (webhook === undefined)
      create.mutate(body.data as CreateWebhook, {
        onSuccess: (made) => {
          onCreated(made);
          onClose();
        },
      });
    else update.mutate({ webhook: webhook.id, body: body.data }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      open
      onOpenChange={onClose}
      title={webhook === undefined ? 'New webhook' : 'Edit the webhook'}
      description="The server posts a signed line of JSON to it. It says nothing of what the agent saw or wrote but the call itself."
      submitLabel={webhook === undefined ? 'Make the webhook' : 'Save'}
      busy={create.isPending || update.isPending}
      disabled={url.trim() === '' || chosen.length === 0}
      error={failed === null ? null : <FailedNote error={failed} />}
      onSubmit={submit}
    >
      <Field label="Address" error={wrong}>
        <Input mono value={url} onValueChange={setUrl} placeholder="https://hooks.example.org/sandglass" autoFocus />
      </Field>
      <fieldset className="settings-choices">
        <legend>It is told when</legend>
        {WebhookKind.options.map((kind) => (
          <Checkbox
            key={kind}
            checked={chosen.includes(kind)}
            onChange={(on) => setChosen(on ? [...chosen, kind] : chosen.filter((each) => each !== kind))}
          >
            {kinds[kind]}
          </Checkbox>
        ))}
      </fieldset>
    </FormDialog>
  );
}
