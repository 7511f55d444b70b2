/** A name that is free where a file goes: what is there already is never written over. */
import { isAppError } from '@sandglass/protocol';

const MOST_TRIES = 50;

/** @param write fails with `conflict` or `alreadyExists` when the name is taken */
export async function freeNames<T>(wanted: string, write: (name: string) => Promise<T>): Promise<T> {
  // As browsers give it, it has no folder; a name with one would go elsewhere.
  const name = wanted.replace(/[/\0]/g, '_') || 'file';
  const dot = name.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let count = 1; ; count++) {
    try {
      return await write(count === 1 ? name : `${stem} (${count})${ending}`);
    } catch (error) {
      const isTaken = isAppError(error) && (error.code === 'conflict' || error.code === 'alreadyExists');
      if (!isTaken || count >= MOST_TRIES) throw error;
    }
  }
}
