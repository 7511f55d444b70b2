import { AppError, type FileListing, isAppError } from '@sandglass/protocol';
import { HOME } from '../../platform/home.ts';
import type { PastFiles } from '../../platform/pastFiles.ts';
import type { DirectorySource } from './fileTreeModel.ts';

/** Directories of the moment that is shown when they are asked for. */
export function pastDirectories(past: () => PastFiles): DirectorySource {
  const files = () => {
    const state = past();
    if (state.phase === 'shown') return state.value;
    throw new AppError('unavailable', 'The files of this moment are being read. Try again.');
  };
  return {
    async list(path): Promise<FileListing> {
      const at = path === '.' ? HOME : path;
      const { items, partial } = await files().list(at);
      return { path: at, items: [...items], truncated: partial, next: null, total: items.length };
    },
    stat: (path) =>
      files()
        .stat(path)
        .catch((error: unknown) => {
          if (isAppError(error) && error.code === 'notFound') return null;
          throw error;
        }),
  };
}
