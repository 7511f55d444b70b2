import { gzipSync } from 'node:zlib';
import { AuthenticationError, FileNotFoundError, FilesystemEventType, InvalidArgumentError } from 'e2b';
import { expect } from 'vitest';
import { group } from './case.ts';

const { works, differs } = group('files');
const text = (length: number) => 'a line of text\n'.repeat(Math.ceil(length / 15)).slice(0, length);

export const fileCases = [
  works('write, read', async ({ sandbox }) => {
    const info = await sandbox.files.write('deep/down/a.txt', 'grüße');
    expect(info).toMatchObject({ name: 'a.txt', path: '/home/user/deep/down/a.txt', type: 'file' });
    expect(await sandbox.files.read('deep/down/a.txt')).toBe('grüße');
    await sandbox.files.write('~/b.txt', '');
    expect(await sandbox.files.read('/home/user/b.txt')).toBe('');
    await sandbox.files.write('/opt/outside.txt', 'x');
    expect((await sandbox.commands.run('cat /opt/outside.txt')).stdout).toBe('x');
  }),
  works('read as bytes, blob, stream', async ({ sandbox }) => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256);
    await sandbox.files.write('bin', bytes.buffer as ArrayBuffer);
    expect(Buffer.compare(await sandbox.files.read('bin', { format: 'bytes' }), bytes)).toBe(0);
    expect((await sandbox.files.read('bin', { format: 'blob' })).size).toBe(bytes.length);
    const stream = await sandbox.files.read('bin', { format: 'stream' });
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk);
    expect(Buffer.compare(Buffer.concat(chunks), bytes)).toBe(0);
  }),
  works('write from blob, stream; gzip', async ({ sandbox }) => {
    await sandbox.files.write('blob', new Blob(['from a blob']));
    expect(await sandbox.files.read('blob')).toBe('from a blob');
    await sandbox.files.write('stream', new Blob([text(200_000)]).stream());
    expect(await sandbox.files.read('stream')).toBe(text(200_000));
    await sandbox.files.write('zipped', text(100_000), { gzip: true });
    expect(await sandbox.files.read('zipped', { gzip: true })).toBe(text(100_000));
    expect(gzipSync).toBeTypeOf('function');
  }),
  works('write many, writeFiles', async ({ sandbox }) => {
    const written = await sandbox.files.write([
      { path: 'many/one.txt', data: '1' },
      { path: 'many/two.txt', data: '2' },
    ]);
    expect(written.map((one) => one.path)).toEqual(['/home/user/many/one.txt', '/home/user/many/two.txt']);
    expect(await sandbox.files.read('many/two.txt')).toBe('2');
    await sandbox.files.writeFiles([{ path: 'many/three.txt', data: '3' }]);
    expect(await sandbox.files.read('many/three.txt')).toBe('3');
  }),
  differs(
    'write with metadata',
    'kept as user.e2b.* attributes by the sandbox’s own Python, recorded as a command',
    async ({ sandbox }) => {
      await sandbox.files.write('tagged', 'x', { metadata: { origin: 'test', step: '2' } });
      expect((await sandbox.files.getInfo('tagged')).metadata).toEqual({ origin: 'test', step: '2' });
      await sandbox.files.write('tagged', 'y', { metadata: { origin: 'again' } });
      expect((await sandbox.files.getInfo('tagged')).metadata).toEqual({ origin: 'again' });
    },
  ),
  works('list', async ({ sandbox }) => {
    await sandbox.commands.run('mkdir -p tree/a/b && touch tree/top tree/a/mid tree/a/b/low && ln -s top tree/link');
    const flat = await sandbox.files.list('tree');
    expect(flat.map((one) => one.name).sort()).toEqual(['a', 'link', 'top']);
    expect(flat.find((one) => one.name === 'link')).toMatchObject({
      type: 'file',
      symlinkTarget: '/home/user/tree/top',
    });
    const deep = await sandbox.files.list('tree', { depth: 3 });
    expect(deep.map((one) => one.path)).toContain('/home/user/tree/a/b/low');
    await expect(sandbox.files.list('nowhere')).rejects.toBeInstanceOf(FileNotFoundError);
    await expect(sandbox.files.list('tree/top')).rejects.toBeInstanceOf(InvalidArgumentError);
  }),
  works('makeDir', async ({ sandbox }) => {
    expect(await sandbox.files.makeDir('made/of/three')).toBe(true);
    expect(await sandbox.files.makeDir('made/of/three')).toBe(false);
    await sandbox.files.write('made/file', '');
    await expect(sandbox.files.makeDir('made/file')).rejects.toBeInstanceOf(InvalidArgumentError);
  }),
  works('rename', async ({ sandbox }) => {
    await sandbox.files.write('old', 'moved');
    expect(await sandbox.files.rename('old', 'new/place')).toMatchObject({ path: '/home/user/new/place' });
    expect(await sandbox.files.read('new/place')).toBe('moved');
    await expect(sandbox.files.rename('old', 'x')).rejects.toBeInstanceOf(FileNotFoundError);
  }),
  works('remove, exists', async ({ sandbox }) => {
    await sandbox.commands.run('mkdir -p gone/inner && touch gone/inner/x');
    expect(await sandbox.files.exists('gone/inner/x')).toBe(true);
    await sandbox.files.remove('gone');
    expect(await sandbox.files.exists('gone')).toBe(false);
    await sandbox.files.remove('gone');
  }),
  works('getInfo', async ({ sandbox }) => {
    await sandbox.files.write('info.txt', '12345');
    expect(await sandbox.files.getInfo('info.txt')).toMatchObject({
      name: 'info.txt',
      type: 'file',
      size: 5,
      mode: 0o644,
      permissions: '-rw-r--r--',
      owner: 'user',
      group: 'user',
    });
    expect(await sandbox.files.getInfo('/tmp')).toMatchObject({ type: 'dir' });
    await expect(sandbox.files.getInfo('absent')).rejects.toBeInstanceOf(FileNotFoundError);
  }),
  works('errors of read and write', async ({ sandbox }) => {
    await expect(sandbox.files.read('absent')).rejects.toBeInstanceOf(FileNotFoundError);
    await expect(sandbox.files.read('/tmp')).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(sandbox.files.write('/tmp', 'x')).rejects.toBeInstanceOf(InvalidArgumentError);
  }),
  works('user', async ({ sandbox }) => {
    await sandbox.files.write('of-root', 'x', { user: 'root' });
    expect(await sandbox.files.getInfo('/root/of-root')).toMatchObject({ name: 'of-root', owner: 'root' });
    await expect(sandbox.commands.run('id', { user: 'nobody-here' })).rejects.toBeInstanceOf(AuthenticationError);
  }),
  differs(
    'watchDir, stop',
    'read from the recording: what happened a moment before the watch may still be heard',
    async ({ sandbox }) => {
      await sandbox.files.makeDir('watched');
      const heard: string[] = [];
      let wake = () => {};
      const handle = await sandbox.files.watchDir('watched', (event) => {
        heard.push(`${event.type} ${event.name}`);
        wake();
      });
      const until = async (wanted: string) => {
        while (!heard.includes(wanted)) await new Promise<void>((resolve) => (wake = resolve));
      };
      await sandbox.files.write('watched/a.txt', '1');
      await until(`${FilesystemEventType.CREATE} a.txt`);
      await sandbox.files.write('watched/a.txt', '2');
      await until(`${FilesystemEventType.WRITE} a.txt`);
      await sandbox.files.remove('watched/a.txt');
      await until(`${FilesystemEventType.REMOVE} a.txt`);
      await handle.stop();
      await expect(sandbox.files.watchDir('not-there', () => {})).rejects.toBeInstanceOf(FileNotFoundError);
    },
  ),
  works('watchDir, recursive', async ({ sandbox }) => {
    await sandbox.files.makeDir('nested/inner');
    const heard = new Promise<string>((resolve, reject) => {
      sandbox.files
        .watchDir('nested', ({ name }) => (name.includes('/') ? resolve(name) : undefined), {
          recursive: true,
          includeEntry: true,
        })
        .then(() => sandbox.files.write('nested/inner/b.txt', '1'))
        .catch(reject);
    });
    expect(await heard).toBe('inner/b.txt');
  }),
];
