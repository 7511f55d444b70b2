/** What every program started for somebody has in common: user, environment, directory, and its place in an out-of-memory. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { VariablesForProgram } from '@sandglass/protocol/guest';
import type { Account, Accounts } from './accounts.ts';
import { GuestError } from './guestError.ts';

export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** The kernel ends children first when memory runs out, so that the guest can still say what happened. */
const CHILD_OOM_SCORE = '500';

export interface Place {
  readonly account: Account;
  readonly cwd: string;
  readonly environment: Record<string, string>;
  /** Absent when the guest cannot become somebody else. */
  readonly ids: { readonly uid: number; readonly gid: number } | null;
}

export class Spawning {
  readonly #accounts: Accounts;
  #environment: Readonly<Record<string, string>> = {};

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  /** For everything started from now on. */
  configure(environment: Readonly<Record<string, string>>): void {
    this.#environment = environment;
  }

  /** @throws GuestError badRequest: unknown user, missing directory. */
  place(request: { user: string; cwd?: string; environment: VariablesForProgram }): Place {
    const account = this.#accounts.find(request.user);
    const cwd = resolve(account.home, request.cwd ?? '.');
    if (!isDirectory(cwd)) {
      if (request.cwd !== undefined) throw new GuestError('badRequest', `There is no directory ${cwd} to start in.`);
      return { ...this.place({ ...request, cwd: '/' }) };
    }
    const given: VariablesForProgram = {
      PATH,
      HOME: account.home,
      USER: account.name,
      LOGNAME: account.name,
      SHELL: account.shell,
      LANG: 'C.UTF-8',
      ...this.#environment,
      ...request.environment,
    };
    const environment = Object.fromEntries(
      Object.entries(given).filter((variable): variable is [string, string] => variable[1] !== null),
    );
    const ids = this.#accounts.canBecome(account.uid) ? { uid: account.uid, gid: account.gid } : null;
    return { account, cwd, environment, ids };
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Runs `start`, which must fork before it returns, so that the child is born with the children's score. Raising is always
 * allowed and so is going back to where we began: no privilege is needed and no moment is left in which a child has ours.
 */
export function withChildScore<T>(start: () => T): T {
  const before = readScore();
  if (before === null) return start();
  writeScore(CHILD_OOM_SCORE);
  try {
    return start();
  } finally {
    writeScore(before);
  }
}

function readScore(): string | null {
  try {
    const score = readFileSync('/proc/self/oom_score_adj', 'utf8').trim();
    return Number(score) < Number(CHILD_OOM_SCORE) ? score : null;
  } catch {
    return null;
  }
}

function writeScore(score: string): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', score);
  } catch {
    // A sandbox without this file still works.
  }
}
