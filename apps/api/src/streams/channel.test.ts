import { expect, it } from 'vitest';
import { Channel } from './channel.ts';
import type { Connection } from './connection.ts';

it('says when something is sent after its end', () => {
  const sent: unknown[] = [];
  const connection = {
    id: 'str_1',
    sendJson: (message: unknown) => sent.push(message),
    sendBytes: (bytes: unknown) => sent.push(bytes),
    forget: () => {},
    reportMisuse: (what: string) => {
      throw new Error(what);
    },
  } as unknown as Connection;
  const channel = new Channel(4, { kind: 'sandboxes' }, connection);
  channel.end('unsubscribed', { seq: 0 });
  const message = { type: 'clipboard', seq: 0, text: '' } as const;
  expect(() => channel.send(message)).toThrow('after its end');
  expect(() => channel.sendFrame(1, { seq: 1, atUs: 1, payload: new Uint8Array() })).toThrow('after its end');
  expect(() => channel.end('exited', { seq: 0 })).toThrow('after its end');
  channel.drop();
  channel.fail(new Error('late'));
  expect(sent.length).toBe(1);
});
