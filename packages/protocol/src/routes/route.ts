/** What an operation says of itself, and the parts that many share. */
import { z } from 'zod';
import type { Role } from '../identity.ts';
import { CheckpointId, ExecId, SandboxId, TerminalId } from '../ids.ts';
import { SandboxPath } from '../text.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Route {
  readonly method: Method;
  /** Fastify style: `:name` is a parameter. */
  readonly path: string;
  readonly summary: string;
  /** OpenAPI group. */
  readonly noun: string;
  /** Least role; null = no token needed. */
  readonly role: Role | null;
  /** True when a program may repeat it after a lost reply without doing it twice. GET, PUT and DELETE are by themselves. */
  readonly repeatable?: boolean;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType | 'bytes';
  readonly reply: z.ZodType | 'bytes' | null;
  /** Success status when not 200 (or 204 for null). */
  readonly status?: number;
}

export const route = <const R extends Route>(definition: R): R => definition;

export const bySandbox = z.object({ sandbox: SandboxId });
export const byTerminal = z.object({ sandbox: SandboxId, terminal: TerminalId });
export const byExec = z.object({ sandbox: SandboxId, exec: ExecId });
export const byCheckpoint = z.object({ sandbox: SandboxId, checkpoint: CheckpointId });
/** A query parameter that is true or false. */
export const boolean = z.enum(['true', 'false']).transform((value) => value === 'true');
/** A page of a list. */
export const list = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable().describe('give as `after` for the next page') });
export const page = {
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  after: z.string().max(64).optional(),
};
export const pathQuery = z.object({ path: SandboxPath });
