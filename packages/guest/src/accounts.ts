/** Users and groups of the sandbox, read from its own files. */
import { readFileSync, statSync } from 'node:fs';
import { GuestError } from './guestError.ts';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

interface Cached<T> {
  readonly stamp: string;
  readonly rows: T;
}

function readRows(path: string, cached: Cached<string[][]> | undefined): Cached<string[][]> {
  try {
    const stat = statSync(path);
    const stamp = `${stat.ino}:${stat.size}:${stat.mtimeMs}`;
    if (cached?.stamp === stamp) return cached;
    // A sandbox owns this file: bounded, and a broken line is no account.
    if (stat.size > 1_048_576) return { stamp, rows: [] };
    const rows = readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
    return { stamp, rows };
  } catch {
    return { stamp: '', rows: [] };
  }
}

/** Whether this process may become `uid`: it is root here, and its user namespace knows that uid. */
export function mayBecome(uid: number, uidMap: string): boolean {
  if (process.getuid?.() !== 0) return false;
  return uidMap.split('\n').some((line) => {
    const [first, , count] = line.trim().split(/\s+/).map(Number);
    return first !== undefined && count !== undefined && uid >= first && uid < first + count;
  });
}

export class Accounts {
  readonly #root: string;
  readonly #uidMap: string;
  #users: Cached<string[][]> | undefined;
  #groups: Cached<string[][]> | undefined;

  constructor(root = '/etc') {
    this.#root = root;
    this.#uidMap = readFileSync('/proc/self/uid_map', 'utf8');
  }

  /** Where it is false everything runs as, and belongs to, the guest itself. */
  canBecome(uid: number): boolean {
    return mayBecome(uid, this.#uidMap);
  }

  /** @throws GuestError badRequest for a user that does not exist. */
  find(name: string): Account {
    this.#users = readRows(`${this.#root}/passwd`, this.#users);
    const row = this.#users.rows.find((r) => r.length >= 7 && r[0] === name);
    const uid = Number(row?.[2]);
    const gid = Number(row?.[3]);
    if (!row || !Number.isInteger(uid) || !Number.isInteger(gid)) {
      throw new GuestError('badRequest', `The sandbox has no user "${name}".`);
    }
    return { name, uid, gid, home: row[5] || '/', shell: row[6] || '/bin/sh' };
  }

  userName(uid: number): string {
    this.#users = readRows(`${this.#root}/passwd`, this.#users);
    return this.#users.rows.find((r) => r.length >= 3 && Number(r[2]) === uid && r[2] !== '')?.[0] ?? String(uid);
  }

  groupName(gid: number): string {
    this.#groups = readRows(`${this.#root}/group`, this.#groups);
    return this.#groups.rows.find((r) => r.length >= 3 && Number(r[2]) === gid && r[2] !== '')?.[0] ?? String(gid);
  }
}
