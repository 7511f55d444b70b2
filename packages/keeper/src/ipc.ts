/** Questions in, answers and notices out, over the channel to the server. */
import type { Server, Socket } from 'node:net';
import { askNumber, parseAsk } from './check.ts';
import { refusalFrom } from './errors.ts';
import type { SandboxKeeper } from './keeper.ts';
import type { FromKeeper } from './verbs.ts';

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
export function send(channel: ServerChannel, message: FromKeeper, handle?: Server | Socket): void {
  const done = () => {
    // A Server stays open on this side too unless it is closed; then nobody would accept half of its connections.
    if (handle && 'close' in handle) handle.close();
    else handle?.destroy();
  };
  if (channel.connected) channel.send(message, handle, {}, done);
  else done();
}
