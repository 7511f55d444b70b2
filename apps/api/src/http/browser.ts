import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

export const browserHandlers = ({ browser }: Services): Pick<Handlers, 'actInBrowser'> => ({
  actInBrowser: async ({ caller, params, body }) => await browser.act(caller, params.sandbox, body),
});
