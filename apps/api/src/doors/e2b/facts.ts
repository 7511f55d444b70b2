/** What the vendor's API knows of a sandbox and ours does not. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Sandbox, SandboxId, type TokenId } from '@sandglass/protocol';
import { z } from 'zod';
import type { DoorMemory } from '../../sandboxes/doorMemory.ts';

export const Network = z.object({
  allowOut: z.array(z.string()).optional(),
  denyOut: z.array(z.string()).optional(),
  allowPublicTraffic: z.boolean().optional(),
  maskRequestHost: z.string().optional(),
  rules: z.record(z.string(), z.unknown()).nullish(),
  egressProxy: z.unknown().optional(),
  httpsPorts: z.array(z.number()).optional(),
});
export type Network = z.infer<typeof Network>;

export const Facts = z.object({
  /** Who made it: calls inside it are theirs. */
  token: z.string(),
  /** Of one that was made elsewhere: who connected to it last. */
  connectedBy: z.string().default(''),
  template: z.string(),
  metadata: z.record(z.string(), z.string()).default({}),
  autoResume: z.boolean().default(false),
  network: Network.default({}),
  allowInternet: z.boolean().default(true),
  /** By its agent. One that a person froze is not paused: its calls wait, they are not refused. */
  paused: z.boolean().default(false),
  /** Paused without its memory: what a resume begins from. */
  rebootFrom: z.string().nullable().default(null),
  /** Somebody has put metadata on files of it. */
  fileMetadata: z.boolean().default(false),
});
export type Facts = z.infer<typeof Facts>;

/** Ids of the vendor are one label of a host name: ours without the prefix. */
export const vendorId = (id: SandboxId): string => id.slice('sbx_'.length);

export function sandboxIdOf(text: string): SandboxId | undefined {
  const parsed = SandboxId.safeParse(text.startsWith('sbx_') ? text : `sbx_${text}`);
  return parsed.success ? parsed.data : undefined;
}

/** The tokens of a sandbox follow from its id: nothing to store, nothing to lose. */
export class SandboxFacts {
  readonly #store: DoorMemory;

  constructor(store: DoorMemory) {
    this.#store = store;
  }

  /** Of a sandbox that was made elsewhere (in the console) there are only the defaults. */
  of(sandbox: Pick<Sandbox, 'id' | 'image'>): Facts {
    const parsed = Facts.safeParse(this.#store.get(sandbox.id));
    return parsed.success ? parsed.data : Facts.parse({ token: '', template: sandbox.image });
  }

  async save(id: SandboxId, facts: Facts): Promise<void> {
    await this.#store.save(id, facts);
  }

  async change(sandbox: Pick<Sandbox, 'id' | 'image'>, change: Partial<Facts>): Promise<void> {
    await this.save(sandbox.id, { ...this.of(sandbox), ...change });
  }

  /** Opens what runs inside. The token that made the sandbox is part of it: who connects with another gets another. */
  accessToken(id: SandboxId, by: TokenId): string {
    return `${by.slice('tok_'.length)}.${this.#sign(`envd ${by} ${id}`)}`;
  }

  /** Whose access token this is; null when it is none of this sandbox. */
  holderOf(id: SandboxId, accessToken: string): TokenId | null {
    const dot = accessToken.indexOf('.');
    if (dot < 0) return null;
    const by = `tok_${accessToken.slice(0, dot)}` as TokenId;
    return equal(accessToken, this.accessToken(id, by)) ? by : null;
  }

  /** Opens the ports of a sandbox that are not public. */
  trafficToken(id: SandboxId): string {
    return this.#sign(`traffic ${id}`);
  }

  mayTraffic(id: SandboxId, token: string | undefined): boolean {
    return token !== undefined && equal(token, this.trafficToken(id));
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#store.key).update(text).digest('hex').slice(0, 48);
  }
}

export function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
