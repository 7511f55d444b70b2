import { BrowserAct } from '../page.ts';
import { bySandbox, route } from './route.ts';

export const browserRoutes = {
  actInBrowser: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/browser',
    noun: 'browser',
    role: 'operator',
    summary: 'Navigate, turn to a tab, answer a dialog, choose in a popup: what a person does around the pages',
    params: bySandbox,
    body: BrowserAct,
    reply: null,
  }),
} as const;
