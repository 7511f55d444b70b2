import { AppError } from '@sandglass/protocol';
import { describe, expect, it } from 'vitest';
import { UploadModel } from './uploadModel.ts';

const item = (relativePath: string) => ({ relativePath, content: new Blob(['x']) });

describe('UploadModel', () => {
  it('sends all, asks about what exists, and replaces only then', async () => {
    const written: string[] = [];
    const model = new UploadModel({
      makeFolder: async () => {},
      write: async (path, _, { overwrite }) => {
        if (path.endsWith('old') && !overwrite) throw new AppError('conflict', 'it exists');
        written.push(path);
      },
    });
    await model.start('/home/user', [item('new'), item('dir/old')]);
    expect(model.state).toEqual({ phase: 'asking', existing: ['dir/old'] });
    await model.answer('replace');
    expect(written).toEqual(['/home/user/new', '/home/user/dir/old']);
    expect(model.state).toEqual({ phase: 'done', sent: 2, cancelled: false, failures: [] });
  });

  it('says what did not arrive and goes on with the rest', async () => {
    const model = new UploadModel({
      makeFolder: async () => {},
      write: async (path) => {
        if (path.endsWith('big')) throw new AppError('noSpace', 'full');
      },
    });
    await model.start('/', [item('big'), item('small')]);
    expect(model.state).toMatchObject({ phase: 'done', sent: 1, failures: [{ path: 'big' }] });
  });

  it('stops when it is cancelled, and can be used again', async () => {
    const model: UploadModel = new UploadModel({
      makeFolder: async () => {},
      write: async (_path, _content, { signal }) => {
        model.cancel();
        signal.throwIfAborted();
      },
    });
    await model.start('/', [item('a'), item('b'), item('c'), item('d'), item('e'), item('f')]);
    expect(model.state).toMatchObject({ phase: 'done', sent: 0, cancelled: true, failures: [] });
    model.dismiss();
    expect(model.state.phase).toBe('idle');
  });
});
