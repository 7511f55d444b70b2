import { z } from 'zod';
import { SandboxId, TokenId, WallMs } from './ids.ts';
import { Label } from './text.ts';

/** viewer: sees. operator: touches sandboxes. admin: also tokens and settings. Each includes the one before. */
export const Role = z.enum(['viewer', 'operator', 'admin']).meta({ id: 'Role' });
export type Role = z.infer<typeof Role>;
export const Scope = z
  .union([z.object({ kind: z.literal('all') }), z.object({ kind: z.literal('sandbox'), sandbox: SandboxId })])
  .meta({ id: 'Scope' });
export type Scope = z.infer<typeof Scope>;
export const Token = z
  .object({
    id: TokenId,
    name: z.string(),
    role: Role,
    scope: Scope,
    createdAtMs: WallMs,
    expiresAtMs: WallMs.nullable(),
    lastUsedAtMs: WallMs.nullable(),
  })
  .meta({ id: 'Token' });
export type Token = z.infer<typeof Token>;
export const CreateToken = z
  .object({
    name: Label(80),
    role: Role,
    scope: Scope.optional().describe('default everything'),
    ttlMs: z.number().int().min(1_000).optional(),
  })
  .strict()
  .meta({ id: 'CreateToken' });
export type CreateToken = z.infer<typeof CreateToken>;
/** The secret is shown once; the server keeps only its hash. */
export const CreatedToken = Token.extend({ secret: z.string() }).meta({ id: 'CreatedToken' });
export type CreatedToken = z.infer<typeof CreatedToken>;
export const Session = z
  .object({
    token: Token,
    csrf: z.string(),
    viewer: z.string().max(100).describe('who you are in presence and to control: one browser session or one program'),
    nowMs: WallMs.describe("the server's clock as it answers"),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof Session>;
