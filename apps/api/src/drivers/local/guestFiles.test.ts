import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { GuestFiles } from './guestFiles.ts';
import { type GuestWorld, startGuestWorld } from './guestWorld.ts';

vi.setConfig({ testTimeout: 30_000 });

async function* parts(...texts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield typeof text === 'string' ? Buffer.from(text) : text;
}

async function size(content: Readable): Promise<number> {
  let bytes = 0;
  for await (const chunk of content) bytes += (chunk as Buffer).length;
  return bytes;
}

function open(world: GuestWorld) {
  const files = new GuestFiles(() => world.link);
  const { signal } = new AbortController();
  return { files, signal, at: (name: string) => join(world.directory, name) };
}

describe('files of a guest', () => {
  it('keeps mode and link of what it replaces, and writes through the link', async () => {
    await using world = await startGuestWorld();
    const { files, signal, at } = open(world);
    await writeFile(at('real'), 'old');
    await chmod(at('real'), 0o751);
    await symlink('real', at('link'));
    const before = await files.stat(at('link'));
    expect(before).toMatchObject({ kind: 'symlink', target: 'real', targetKind: 'file' });
    await files.write(at('link'), parts('n', 'ew'), { expectedVersion: before.version }, signal);
    expect(await readFile(at('real'), 'utf8')).toBe('new');
    expect((await stat(at('real'))).mode & 0o777).toBe(0o751);
    expect((await files.stat(at('link'))).kind).toBe('symlink');
    expect(await readdir(world.directory)).not.toContainEqual(expect.stringContaining('sandglass-write'));
  });

  it('reaches names that are not UTF-8, the same way there and back', async () => {
    await using world = await startGuestWorld();
    const { files, signal, at } = open(world);
    const raw = Buffer.concat([Buffer.from(at('caf')), Buffer.from([0xe9])]);
    await writeFile(raw, 'latin');
    const found = (await files.list(world.directory, 10)).items.find((item) => item.sizeBytes === 5);
    const { content } = await files.read(found!.path, { offset: 0 }, signal);
    expect(await size(content)).toBe(5);
    await files.write(found!.path, parts('written'), {}, signal);
    expect(await readFile(raw, 'utf8')).toBe('written');
    await files.makeDirectory(`${found!.path}.d/below`);
    expect(await size(await files.readArchive(`${found!.path}.d`, signal))).toBeGreaterThan(1000);
    const lines: unknown[] = [];
    await files.write(`${found!.path}.d/below/x`, parts('needle'), {}, signal);
    for await (const line of await files.find({ query: 'needle', path: `${found!.path}.d`, limit: 5 }, signal))
      lines.push(line);
    expect(lines).toMatchObject([
      { path: `${found!.path}.d/below/x`, line: 1 },
      { kind: 'end', lines: 1 },
    ]);
    await files.move(found!.path, at('plain'), false);
    expect(await readFile(at('plain'), 'utf8')).toBe('written');
    await files.remove(`${found!.path}.d`, true);
    expect((await readdir(world.directory)).filter((name) => !name.startsWith('.'))).toEqual(['plain']);
  });

  it('never opens what is not an ordinary file', async () => {
    await using world = await startGuestWorld();
    const { files, signal, at } = open(world);
    execFileSync('mkfifo', [at('fifo')]);
    await symlink('/dev/zero', at('zero'));
    for (const name of ['fifo', 'zero', '.']) {
      await expect(files.read(at(name), { offset: 0 }, signal)).rejects.toMatchObject({ code: 'unprocessable' });
      await expect(files.write(at(name), parts('x'), {}, signal)).rejects.toMatchObject({ code: 'unprocessable' });
    }
  });

  it('reads a large file at the pace of its reader, in ranges, and stops when told', async () => {
    await using world = await startGuestWorld();
    const { files, signal, at } = open(world);
    const large = 20_000_000;
    await writeFile(at('large'), Buffer.alloc(large, 1));
    const whole = await files.read(at('large'), { offset: 0 }, signal);
    expect(whole.entry.sizeBytes).toBe(large);
    expect(await size(whole.content)).toBe(large);
    expect(await size((await files.read(at('large'), { offset: large - 10, length: 100 }, signal)).content)).toBe(10);
    expect(await size((await files.read(at('large'), { offset: large + 10 }, signal)).content)).toBe(0);
    const stop = new AbortController();
    const { content } = await files.read(at('large'), { offset: 0 }, stop.signal);
    stop.abort();
    await expect(size(content)).rejects.toThrow();
    expect((await files.stat(at('large'))).sizeBytes).toBe(large);
  });

  it('reads what says that it is empty and is not', async () => {
    await using world = await startGuestWorld();
    const { files, signal } = open(world);
    expect(await size((await files.read('/proc/self/status', { offset: 0 }, signal)).content)).toBeGreaterThan(100);
  });

  it('undoes an upload that is broken off, by the sender or by the connection', async () => {
    await using world = await startGuestWorld();
    const { files, at } = open(world);
    await mkdir(at('in'));
    const stop = new AbortController();
    const endless = async function* () {
      for (;;) yield Buffer.alloc(100_000);
    };
    const writing = files.write(at('in/big'), endless(), {}, stop.signal);
    await vi.waitUntil(async () => (await readdir(at('in'))).length > 0);
    stop.abort();
    await expect(writing).rejects.toMatchObject({ code: 'badRequest' });
    expect(await readdir(at('in'))).toEqual([]);
    const again = files.write(at('in/big'), endless(), {}, new AbortController().signal);
    again.catch(() => {});
    await vi.waitUntil(async () => (await readdir(at('in'))).length > 0);
    await world.restartServer();
    await expect(again).rejects.toMatchObject({ code: /sandboxLost|gone/ });
    await vi.waitUntil(async () => (await readdir(at('in'))).length === 0);
  });

  it('refuses in words of the protocol', async () => {
    await using world = await startGuestWorld();
    const { files, signal, at } = open(world);
    await mkdir(at('full/below'), { recursive: true });
    await expect(files.remove(at('full'), false)).rejects.toMatchObject({ code: 'unprocessable' });
    await expect(files.remove('/', true)).rejects.toMatchObject({ code: 'unprocessable' });
    await expect(files.move(at('full'), at('full/below/self'), true)).rejects.toMatchObject({ code: 'unprocessable' });
    await expect(files.write(at('x'), parts('x'), { sizeBytes: 1e15 }, signal)).rejects.toMatchObject({
      code: 'noSpace',
    });
    await expect(files.stat(at('y'.repeat(300)))).rejects.toMatchObject({ code: 'badRequest' });
    await expect(files.readArchive(at('missing'), signal)).rejects.toMatchObject({ code: 'notFound' });
    await expect(files.writeArchive(at('full'), parts('this is no tar'), signal)).rejects.toMatchObject({
      code: 'unprocessable',
    });
  });

  it('unpacks an archive over what is there, all of it or nothing', async () => {
    await using world = await startGuestWorld();
    const { files, signal, at } = open(world);
    await mkdir(at('from/sub/deep'), { recursive: true });
    await writeFile(at('from/new'), 'new');
    await writeFile(at('from/sub/large'), 'x'.repeat(100_000));
    await writeFile(at('from/sub/both'), 'theirs');
    await symlink('new', at('from/link'));
    await mkdir(at('to/sub'), { recursive: true, mode: 0o750 });
    await writeFile(at('to/sub/both'), 'ours, and longer');
    await writeFile(at('to/mine'), 'mine');
    const archive: Buffer[] = [];
    for await (const chunk of await files.readArchive(at('from'), signal)) archive.push(chunk as Buffer);
    const whole = Buffer.concat(archive);

    // Cut off in the middle of a file, and broken after its first files: both leave everything as it was.
    const cut = files.writeArchive(at('to'), parts(whole.subarray(0, whole.length / 2)), signal);
    await expect(cut).rejects.toMatchObject({ code: 'unprocessable' });
    const broken = Buffer.concat([whole.subarray(0, 2_048), Buffer.from('no header'.repeat(500))]);
    await expect(files.writeArchive(at('to'), parts(broken), signal)).rejects.toMatchObject({ code: 'unprocessable' });
    expect((await readdir(at('to'))).sort()).toEqual(['mine', 'sub']);
    expect(await readFile(at('to/sub/both'), 'utf8')).toBe('ours, and longer');

    await files.writeArchive(at('to'), parts(whole), signal);
    expect((await readdir(at('to'))).sort()).toEqual(['link', 'mine', 'new', 'sub']);
    expect((await readdir(at('to/sub'))).sort()).toEqual(['both', 'deep', 'large']);
    expect(await readFile(at('to/sub/both'), 'utf8')).toBe('theirs');
    expect(await readFile(at('to/mine'), 'utf8')).toBe('mine');
    expect(await readlink(at('to/link'))).toBe('new');
  });
});
