import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

export function privacyHandlers({ privacy }: Services): Pick<Handlers, 'startPrivate' | 'endPrivate'> {
  return {
    startPrivate: ({ params, body, caller }) => privacy.start(caller, params.sandbox, body.forMs),
    endPrivate: ({ params, caller }) => privacy.end(caller, params.sandbox),
  };
}
