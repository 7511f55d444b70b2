import type { ServerResponse } from 'node:http';
import { AppError } from '@sandglass/protocol';

/** Aborted when the other side goes away before all of its reply was sent. `who` closed the connection, in words. */
export function goneSignal(response: ServerResponse, who = 'The other side'): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new AppError('gone', `${who} closed the connection.`));
  });
  return controller.signal;
}
