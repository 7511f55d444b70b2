import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { Keeper } from './client.ts';

class Channel extends EventEmitter {
  readonly sent: { ask: number; verb: string }[] = [];
  send(message: unknown): void {
    this.sent.push(message as { ask: number; verb: string });
  }
}

it('matches answers to questions, in any order, and hands errors on by code', async () => {
  const channel = new Channel();
  const keeper = new Keeper(channel);
  const list = keeper.ask('list', {});
  const kill = keeper.ask('kill', { id: 'sbx_abcd' });
  channel.emit('message', { answer: channel.sent[1]!.ask, error: { code: 'notFound', message: 'gone' } }, undefined);
  channel.emit('message', { answer: 999, reply: {} }, undefined);
  channel.emit('message', { answer: channel.sent[0]!.ask, reply: { sandboxes: [], checkpoints: [] } }, undefined);
  await expect(kill).rejects.toMatchObject({ code: 'notFound', message: 'gone' });
  expect(await list).toEqual({ sandboxes: [], checkpoints: [] });
});

it('fails what waits when the keeper goes, and what is asked after', async () => {
  const channel = new Channel();
  const keeper = new Keeper(channel);
  const waiting = keeper.ask('list', {});
  channel.emit('disconnect');
  await expect(waiting).rejects.toMatchObject({ code: 'internal' });
  await expect(keeper.ask('list', {})).rejects.toMatchObject({ code: 'internal' });
});
