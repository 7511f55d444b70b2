import { AppError } from '@sandglass/protocol';
import type { Services } from '../src/services.ts';

const none = (): never => {
  throw new AppError('notFound', 'There is none of this here.');
};
export const noWebhooks: Services['webhooks'] = {
  ...{
    list: () => [],
    create: none,
    update: none,
    remove: none,
    test: none,
    deliveries: none,
  },
};
export const noInterventions: Services['interventions'] = { setEnvironment: none, undo: none };
