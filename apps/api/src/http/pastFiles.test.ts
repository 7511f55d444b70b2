/** Files as they were: what the log tells, as bytes that no browser runs, for whoever may watch. */
import { createHash } from 'node:crypto';
import { AppError, type FileStep } from '@sandglass/protocol';
import { encodeFileSteps } from '@sandglass/replay';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';
import { sandboxA } from '../../test/stubServices.ts';
import { createPastFiles } from '../recorder/files/service.ts';
import { type SandboxLog, trackFrame } from '../recorder/log.ts';

const page = Buffer.from('<script>alert(1)</script>');
const hash = createHash('sha256').update(page).digest('hex');
const missing = async (): Promise<never> => {
  throw new AppError('notFound', 'The start had none.');
};
const base = `/v1/sandboxes/${sandboxA}/past`;
const content = (atUs: number, path: string) => `${base}/files/content?atUs=${atUs}&path=${encodeURIComponent(path)}`;
let log: SandboxLog;
let world: ServerWorld;
let atUs: number;

beforeAll(async () => {
  const pastFiles = createPastFiles({ log: () => log, start: () => ({ list: missing, stat: missing, read: missing }) });
  world = await ServerWorld.start({ services: { pastFiles } });
  log = world.stub.log(sandboxA);
  const tell = (kind: 11 | 12, ...steps: FileStep[]) => log.appendFrame('files', kind, encodeFileSteps(steps));
  const kept = { kind: 'file', sizeBytes: page.length, mode: 0o644, modifiedAtMs: 5 } as const;
  log.blobs.put(page);
  tell(
    trackFrame.fileTree,
    { do: 'directory', path: '/home/user', whole: true },
    { do: 'file', path: '/home/user/evil.html', version: 1, facts: { ...kept, content: { from: 'blob', hash } } },
    {
      ...{ do: 'file', path: '/home/user/lost.txt', version: 2 },
      facts: { kind: 'file', content: { from: 'nowhere', why: 'overwritten' } },
    },
  );
  atUs = log.now();
});
afterAll(async () => await world[Symbol.asyncDispose]());

it('lists a folder of a moment, and says what is not known', async () => {
  const { json } = await world.ask(`${base}/files?atUs=${atUs}&path=.`);
  expect(json).toMatchObject({
    ...{ path: '/home/user', partial: false, exact: true },
    items: [
      { name: 'evil.html', state: 'kept', sizeBytes: page.length },
      { name: 'lost.txt', state: 'overwritten' },
    ],
  });
  expect((await world.ask(`${base}/files?atUs=${atUs}&path=/home/user/nothing`)).problem.code).toBe('notFound');
  expect((await world.ask(`${base}/files?atUs=-1&path=.`)).problem.code).toBe('badRequest');
});

it('gives bytes that no browser runs, whole and in part', async () => {
  const whole = await world.ask(content(atUs, 'evil.html'));
  expect(whole.body).toEqual(page);
  expect(whole.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
  });
  expect(whole.headers['content-disposition']).toContain('attachment');
  const part = await world.ask(content(atUs, '../user/evil.html'), { headers: { range: 'bytes=1-6' } });
  expect([part.status, part.body.toString()]).toEqual([206, 'script']);
  const again = await world.ask(content(atUs, 'evil.html'), { headers: { 'if-none-match': `"${hash}"` } });
  expect(again.status).toBe(304);
  const lost = await world.ask(content(atUs, 'lost.txt'));
  expect(lost.problem).toMatchObject({ code: 'notSupported', detail: expect.stringContaining('written again') });
});

it('gives a version by its sum, to be kept for ever, and nothing else by it', async () => {
  const blob = await world.ask(`${base}/blobs/${hash}`);
  expect(blob.body).toEqual(page);
  expect(blob.headers).toMatchObject({
    'content-disposition': 'attachment',
    'content-security-policy': "sandbox; default-src 'none'",
    'cache-control': expect.stringContaining('immutable'),
  });
  expect((await world.ask(`${base}/blobs/${'0'.repeat(64)}`)).problem.code).toBe('notFound');
  expect((await world.ask(`${base}/blobs/..%2f..%2fevents.db`)).problem.code).toBe('badRequest');
  expect((await world.ask(`${base}/blobs/${hash}`, { token: null })).status).toBe(401);
});
