/** Questions in, answers and notices out, over the channel to the server. */
import type { Server, Socket } from 'node:net';
import { askNumber, parseAsk } from './check.ts';
import { refusalFrom } from './errors.ts';
import type { SandboxKeeper } from './keeper.ts';
import type { FromKeeper, KeeperNotice } from './verbs.ts';

/** The half of a child process that carries messages. */
export interface ServerChannel {
  readonly connected: boolean;
  send(
    message: FromKeeper,
    handle: Server | Socket | undefined,
    options: object,
    done: (error: Error | null) => void,
  ): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** Answers every question that comes through the channel until it closes. */
export function serveVerbs(channel: ServerChannel, keeper: SandboxKeeper): void {
  channel.on('message', (message) => {
    const ask = askNumber(message);
    if (ask !== null) void answer(channel, keeper, ask, message);
  });
}

async function answer(channel: ServerChannel, keeper: SandboxKeeper, ask: number, message: unknown): Promise<void> {
  try {
    const { reply, handle } = await keeper.answer(parseAsk(message));
    send(channel, { answer: ask, reply }, handle);
  } catch (error) {
    const { code, message: text } = refusalFrom(error);
    send(channel, { answer: ask, error: { code, message: text } });
  }
}

/** A server that has gone is no error here: its successor asks anew. */
function send(
  channel: ServerChannel,
  message: FromKeeper,
  handle?: Server | Socket,
  sent: () => void = () => {},
): void {
  const done = () => {
    // A Server stays open on this side too unless it is closed; then nobody would accept half of its connections.
    if (handle && 'close' in handle) handle.close();
    else handle?.destroy();
    sent();
  };
  if (channel.connected) channel.send(message, handle, {}, done);
  else done();
}

/** File changes not yet taken by the server; beyond it they are counted only, so that a stuck server costs no memory. */
const MOST_WAITING = 100_000;

/** Notices on their way to the server of now. */
export class Notices {
  readonly #channel: () => ServerChannel | null;
  readonly #dropped = new Map<string, number>();
  #waiting = 0;

  constructor(channel: () => ServerChannel | null) {
    this.#channel = channel;
  }

  send(notice: KeeperNotice): void {
    const channel = this.#channel();
    if (!channel?.connected) return;
    if (notice.notice !== 'files') {
      send(channel, notice);
      return;
    }
    const { id, changes } = notice;
    const dropped = notice.dropped + (this.#dropped.get(id) ?? 0);
    if (this.#waiting + changes.length > MOST_WAITING) {
      this.#dropped.set(id, dropped + changes.length);
      return;
    }
    this.#dropped.delete(id);
    this.#waiting += changes.length;
    send(channel, { ...notice, dropped }, undefined, () => {
      this.#waiting -= changes.length;
    });
  }
}
