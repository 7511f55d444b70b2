import type { WebhookDelivery } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { deliveryWords } from './webhookWords.ts';

const words = (part: Partial<WebhookDelivery>) =>
  deliveryWords({ state: 'waiting', attempts: 0, status: null, error: null, ...part } as WebhookDelivery);

it('says what became of a message, and why it did not arrive', () => {
  expect(words({})).toBe('on its way');
  expect(words({ attempts: 2, error: 'nothing answers there' })).toBe('on its way, so far nothing answers there');
  expect(words({ state: 'delivered', attempts: 1, status: 200 })).toBe('delivered');
  expect(words({ state: 'delivered', attempts: 3, status: 200 })).toBe('delivered after 3 attempts');
  expect(words({ state: 'failed', attempts: 8, status: 500 })).toBe(
    'not delivered after 8 attempts: answered with 500',
  );
  expect(words({ state: 'calledOff' })).toBe('called off: it was decided before');
});
