/** Whose a tree in a shared pool is: `.owners/<id>` names the data directory. */
import { existsSync, readFileSync } from 'node:fs';

/** It belongs to this data directory, or to one that no longer exists: then whoever comes first clears it away. */
export function isOurs(pool: string, id: string, dataDir: string): boolean {
  try {
    const owner = readFileSync(`${pool}/.owners/${id}`, 'utf8').trim();
    return owner === dataDir || !existsSync(owner);
  } catch {
    return false;
  }
}
