/** Tells a waiting host that its call lives: while a person holds it, and while it takes long. Hosts give up on silence, often after a minute. */
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import type { Asking } from '../acts/asking.ts';

export type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

const EVERY_MS = 10_000;

export interface Progress {
  readonly onHeld: NonNullable<NonNullable<Asking['told']>['onHeld']>;
  stop(): void;
}

/** Does nothing for hosts that did not ask for progress. */
export function openProgress(extra: Extra, everyMs = EVERY_MS): Progress {
  const progressToken = extra._meta?.progressToken;
  if (progressToken === undefined) return { onHeld: () => {}, stop: () => {} };
  let progress = 0;
  let message = 'Still at work.';
  const send = () => {
    progress++;
    // A host that has gone is no error of this call's.
    extra
      .sendNotification({ method: 'notifications/progress', params: { progressToken, progress, message } })
      .catch(() => {});
  };
  const timer = setInterval(send, everyMs);
  timer.unref();
  return {
    onHeld: (held) => {
      message = held ? `A person is asked first: ${held.reason}` : 'It goes on.';
      send();
      if (!held) message = 'Still at work.';
    },
    stop: () => clearInterval(timer),
  };
}
