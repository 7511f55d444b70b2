/** Whose a tree in a shared pool is: `.owners/<id>` names the data directory. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** `orphaned`: its data directory no longer exists; whoever comes first clears it away. */
export function readTrees(pool: string, dataDir: string): { owned: string[]; orphaned: string[] } {
  const owned: string[] = [];
  const orphaned: string[] = [];
  for (const id of existsSync(pool) ? readdirSync(pool) : []) {
    if (!/^(sbx|chk)_[a-z2-7]{4,26}$/.test(id)) continue;
    const owner = readOwner(pool, id);
    if (owner === dataDir) owned.push(id);
    else if (owner !== null && !existsSync(owner)) orphaned.push(id);
  }
  return { owned, orphaned };
}

/** Before the tree exists: a tree without an owner would belong to nobody after a crash. */
export function writeOwner(pool: string, dataDir: string, id: string): void {
  writeFileSync(`${pool}/.owners/${id}`, dataDir);
}

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
