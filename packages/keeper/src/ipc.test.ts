import { expect, it } from 'vitest';
import { Notices, type ServerChannel } from './ipc.ts';
import type { KeeperFileEvent, KeeperNotice } from './verbs.ts';

it('counts what a stuck server does not take, and says so when it goes on', () => {
  const sent: unknown[] = [];
  const done: (() => void)[] = [];
  const channel: ServerChannel = {
    connected: true,
    send(message, _handle, _options, taken) {
      sent.push(message);
      done.push(() => taken(null));
      return true;
    },
    on: () => {},
  };
  const notices = new Notices(() => channel);
  const change: KeeperFileEvent = { path: '/a', kind: 'modified', directory: false };
  const files = (count: number): KeeperNotice => ({
    notice: 'files',
    id: 'sbx_abcd',
    changes: Array(count).fill(change),
    dropped: 0,
  });
  notices.send(files(60_000));
  notices.send(files(60_000));
  notices.send({ notice: 'exited', id: 'sbx_abcd', reason: 'over' });
  expect(sent.map((message) => (message as KeeperNotice).notice)).toEqual(['files', 'exited']);
  for (const taken of done) taken();
  notices.send(files(1));
  expect(sent[2]).toMatchObject({ dropped: 60_000 });
  notices.send(files(1));
  expect(sent[3]).toMatchObject({ dropped: 0 });
});
