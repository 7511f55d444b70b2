/** Whose a tree in a shared pool is: `.owners/<id>` names the data directory. */
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** `orphaned`: its data directory no longer exists; whoever comes first clears it away. */
export function readTrees(pool: string, dataDir: string): { owned: string[]; orphaned: string[] } {
  const owned: string[] = [];
  const orphaned: string[] = [];
  for (const id of existsSync(pool) ? readdirSync(pool) : []) {
    if (!/^(sbx|chk)_[a-z2-7]{4,26}$/.test(id)) continue;
    const owner = readOwner(pool, id);
    if (owner === dataDir) owned.push(id);
    else if (isGone(owner)) orphaned.push(id);
  }
  return { owned, orphaned };
}

/**
 * Before the tree exists: a tree without an owner would belong to nobody after a crash. In one step: another keeper that starts just
 * now must not read half a name, find no such directory and clear the tree away.
 */
export function writeOwner(pool: string, dataDir: string, id: string): void {
  const half = `${pool}/.owners/.${id}`;
  writeFileSync(half, dataDir);
  renameSync(half, `${pool}/.owners/${id}`);
}

/** Still nobody's: since it was listed, somebody may have made a new one of that name. */
export const isOrphaned = (pool: string, id: string): boolean => isGone(readOwner(pool, id));

const isGone = (owner: string | null): boolean => owner !== null && owner !== '' && !existsSync(owner);

/** Another data directory that still exists has it, or is making it just now. */
export function isOfAnother(pool: string, dataDir: string, id: string): boolean {
  const owner = readOwner(pool, id);
  return owner !== null && owner !== dataDir && existsSync(owner);
}

function readOwner(pool: string, id: string): string | null {
  try {
    return readFileSync(`${pool}/.owners/${id}`, 'utf8').trim();
  } catch {
    return null;
  }
}
