import type { WebhookDelivery, WebhookKind } from '@sandglass/protocol';

export const kinds: Record<WebhookKind, string> = {
  held: 'A call waits for a decision',
  question: 'An agent asks a person',
};

/** What became of a message, in a line. */
export function deliveryWords({ state, status, error, attempts }: WebhookDelivery): string {
  const tries = attempts > 1 ? ` after ${attempts} attempts` : '';
  if (state === 'delivered') return `delivered${tries}`;
  if (state === 'calledOff') return 'called off: it was decided before';
  const why = error ?? (status === null ? 'no answer' : `answered with ${status}`);
  return state === 'failed' ? `not delivered${tries}: ${why}` : `on its way${attempts === 0 ? '' : `, so far ${why}`}`;
}
