/** Just enough of ustar for the fake machine: files and directories. */
import { AppError } from '@sandglass/protocol';
import type { FakeFiles } from './fakeFiles.ts';

const BLOCK = 512;

export function packFolder(files: FakeFiles, path: string): Buffer {
  const blocks: Buffer[] = [];
  const walk = (folder: string, prefix: string) => {
    for (const entry of files.list(folder).items) {
      const name = prefix + entry.name;
      if (entry.kind === 'directory') {
        blocks.push(header(`${name}/`, 0, entry.mode, '5'));
        walk(entry.path, `${name}/`);
      } else if (entry.kind === 'file') {
        const { bytes } = files.read(entry.path);
        blocks.push(header(name, bytes.length, entry.mode, '0'), Buffer.from(bytes));
        blocks.push(Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK));
      }
    }
  };
  walk(path, '');
  return Buffer.concat([...blocks, Buffer.alloc(BLOCK * 2)]);
}

/** Nothing is unpacked unless every entry is understood and stays inside `path`. */
export function unpackInto(files: FakeFiles, path: string, tar: Buffer): void {
  const todo: (() => void)[] = [];
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const block = tar.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) break;
    const text = (from: number, length: number) => block.toString('utf8', from, from + length).replace(/\0.*$/s, '');
    const name = [text(345, 155), text(0, 100)].filter(Boolean).join('/');
    const size = Number.parseInt(text(124, 12).trim() || '0', 8);
    const kind = text(156, 1);
    if (!Number.isSafeInteger(size) || at + BLOCK + size > tar.length)
      throw new AppError('badRequest', 'The archive is cut off or not a tar file.');
    if (name.split('/').includes('..')) throw new AppError('badRequest', `The archive leaves its folder: ${name}`);
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    const target = `${path}/${name}`;
    if (kind === '5') todo.push(() => void files.makeDirectory(target));
    else if (kind === '0' || kind === '') todo.push(() => void files.writeSync(target, content, { parents: true }));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  files.makeDirectory(path);
  for (const step of todo) step();
}

function header(name: string, size: number, mode: number, kind: '0' | '5'): Buffer {
  const block = Buffer.alloc(BLOCK);
  const cut = Buffer.byteLength(name) > 100 ? name.lastIndexOf('/', name.length - 2) : -1;
  block.write(name.slice(cut + 1), 0, 100);
  if (cut > 0) block.write(name.slice(0, cut), 345, 155);
  block.write(`${(mode & 0o7777).toString(8).padStart(7, '0')}\0`, 100);
  block.write(`${'0'.repeat(7)}\0${'0'.repeat(7)}\0`, 108);
  block.write(`${size.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0`, 124);
  block.write(`        ${kind}`, 148);
  block.write('ustar\u000000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
