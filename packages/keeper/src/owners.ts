/** Whose a tree in a shared pool is: `.owners/<id>` names the data directory. */
import { readFileSync } from 'node:fs';

export function readOwner(pool: string, id: string): string | null {
  try {
    return readFileSync(`${pool}/.owners/${id}`, 'utf8').trim();
  } catch {
    return null;
  }
}
