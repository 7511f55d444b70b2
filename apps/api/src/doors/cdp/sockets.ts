/** Messages from one socket to another, no faster than they are taken. */
import { WebSocket } from 'ws';

/** Above this the other side is not read from until it has been taken. */
const MOST_WAITING_BYTES = 8 * 1_048_576;
const AS_TEXT = { binary: false };

/** While `to` does not take what it is sent, `from` is not read from. */
export function pass(message: Buffer | string, { to, from }: { to: WebSocket; from: WebSocket }): void {
  if (to.readyState !== WebSocket.OPEN) return;
  to.send(message, AS_TEXT, () => {
    if (from.isPaused && to.bufferedAmount < MOST_WAITING_BYTES / 2) from.resume();
  });
  if (to.bufferedAmount > MOST_WAITING_BYTES && !from.isPaused) from.pause();
}
