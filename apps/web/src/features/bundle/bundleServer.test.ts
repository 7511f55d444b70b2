import { readFileSync } from 'node:fs';
import { decodeTimelineRows } from '@sandglass/replay';
import { BundleSource } from '@sandglass/replay/bundle';
import { expect, it } from 'vitest';
import { bundleServer } from './bundleServer.ts';
import { OpenedFile } from './openedFile.ts';
import { findServedFile } from './servedFile.ts';

const file = () =>
  readFileSync(new URL('../../../../../packages/replay/test/fixtures/version1.sandglass', import.meta.url));
const open = () => BundleSource.open(new Blob([new Uint8Array(file())]));

it('answers what the panes ask, and ends the clock where the file ends', async () => {
  const source = await open();
  const { client, offline } = bundleServer(source);
  expect(offline).toBe(true);
  const sandbox = source.sandbox.id;
  const { items } = await client.request('sandboxes');
  expect(items.map(({ id, phase }) => [id, phase])).toEqual([[sandbox, 'dead']]);
  const terminals = await client.request('terminals', { params: { sandbox } });
  expect(terminals.items.map(({ name }) => name)).toEqual(['shell']);
  const page = await client.request('timeline', { params: { sandbox }, query: { afterSeq: 0 } });
  const rows = [...decodeTimelineRows(page.columns)];
  expect([page.next, rows.at(-1)!.atUs]).toEqual([null, source.manifest.recording.nowUs]);
  await expect(client.request('freezeSandbox', { params: { sandbox } })).rejects.toMatchObject({
    code: 'notSupported',
  });
});

it('tells the events of the file, and then that there are no more', async () => {
  const source = await open();
  const seqs: number[] = [];
  const end = await new Promise((resolve) => {
    bundleServer(source).client.stream.subscribe(
      { kind: 'events', sandbox: source.sandbox.id, last: 10 },
      {
        onMessage: (message) => {
          if (message.type === 'event') seqs.push(message.event.seq);
        },
        onEnded: resolve,
      },
    );
  });
  expect(end).toEqual({ reason: 'sandboxEnded' });
  expect([seqs.length, seqs[0]]).toEqual([3_000, 100]);
});

it('answers for conversations as a server does', async () => {
  const path = new URL('../../../../../packages/replay/test/fixtures/version4.sandglass', import.meta.url);
  const source = await BundleSource.open(new Blob([new Uint8Array(readFileSync(path))]));
  const { client } = bundleServer(source);
  const sandbox = source.sandbox.id;
  const { items } = await client.request('conversations', { params: { sandbox }, query: { atUs: 30_000 } });
  expect(items).toMatchObject([{ id: 'aaaaaaaaaaaa', sandbox, provider: 'anthropic', messages: 1 }]);
  expect((await client.request('conversations', { params: { sandbox }, query: { atUs: 1 } })).items).toEqual([]);
  const asked = (conversation: string) =>
    client.request('conversation', { params: { sandbox, conversation }, query: {} });
  expect(await asked('aaaaaaaaaaaa')).toMatchObject({ said: [{ role: 'user', content: null }] });
  await expect(asked('bbbbbbbbbbbb')).rejects.toMatchObject({ code: 'notFound' });
});

it('shows the file that was opened last, and says what is wrong with one', async () => {
  const model = new OpenedFile();
  const good = new Blob([new Uint8Array(file())]);
  await Promise.all([model.open('slow', good), model.open('bad', new Blob(['%PDF']))]);
  expect(model.state).toMatchObject({ phase: 'failed', name: 'bad', error: { problem: 'notABundle' } });
  await model.open('good', good);
  expect(model.state).toMatchObject({ phase: 'open', name: 'good' });
});

it('reads the file of the server by range', async () => {
  const bytes = new Uint8Array(file());
  const asked: string[] = [];
  const client = {
    request: async (name: string, input?: { headers: { range: string } }) => {
      if (name === 'replayedFile') return { file: { name: 'a.sandglass', sizeBytes: bytes.length } };
      const [from, to] = input!.headers.range.slice('bytes='.length).split('-').map(Number);
      asked.push(name);
      return bytes.slice(from, to! + 1);
    },
  };
  const found = await findServedFile(client as never);
  const source = await BundleSource.open(found!.bytes);
  expect(source.sandbox.name).toBe('one');
  expect(new Set(asked)).toEqual(new Set(['replayedBytes']));
  expect(await findServedFile({ request: async () => ({ file: null }) } as never)).toBeUndefined();
});
