import type { Role, SandboxId, Scope, Token } from '@sandglass/protocol';

const rank: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

/** Each role includes the one before: viewer < operator < admin. */
export const includesRole = (has: Role, needs: Role): boolean => rank[has] >= rank[needs];

export const coversSandbox = (scope: Scope, sandbox: SandboxId | string): boolean =>
  scope.kind === 'all' || scope.sandbox === sandbox;

export const isExpired = (token: Pick<Token, 'expiresAtMs'>, nowMs: number): boolean =>
  token.expiresAtMs !== null && token.expiresAtMs <= nowMs;
