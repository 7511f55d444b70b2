import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Database, openDatabase } from '../database/open.ts';
import { Identity, START_TOKEN } from './identity.ts';
import { openStartToken } from './startToken.ts';
import { type IdentityTables, identitySteps } from './tables.ts';

interface World extends AsyncDisposable {
  readonly directory: string;
  readonly clock: { nowMs: number };
  readonly database: Database;
  readonly identity: Identity;
}

async function startWorld(directory = mkdtempSync(join(tmpdir(), 'sandglass-identity-'))): Promise<World> {
  const clock = { nowMs: 1_000_000 };
  const database = await openDatabase({ path: join(directory, 'db'), steps: identitySteps });
  const identity = new Identity({ database, random: randomBytes, now: () => clock.nowMs });
  return {
    directory,
    clock,
    database,
    identity,
    async [Symbol.asyncDispose]() {
      await database.destroy();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** As a server does when it starts: with an identity of its own. */
const start = async ({ database, clock, directory }: World, fixed?: string) => {
  const identity = new Identity({ database, random: randomBytes, now: () => clock.nowMs });
  return await openStartToken({ identity, file: join(directory, 'token'), fixed, random: randomBytes });
};

it('keeps hashes only', async () => {
  await using world = await startWorld();
  const { secret } = await world.identity.create({ name: 'x', role: 'viewer' });
  const session = await world.identity.openSession(secret);
  const tables = world.database.withTables<IdentityTables>();
  const stored = JSON.stringify([
    await tables.selectFrom('tokens').selectAll().execute(),
    await tables.selectFrom('sessions').selectAll().execute(),
  ]);
  expect(stored).not.toContain(secret.split('_')[2]);
  expect(stored).not.toContain(session?.cookie);
  expect((await world.identity.findBySession(session?.cookie ?? ''))?.token.name).toBe('x');
});

it('finds nobody by a secret that is almost right', async () => {
  await using world = await startWorld();
  const { secret } = await world.identity.create({ name: 'x', role: 'viewer' });
  for (const wrong of [`${secret}a`, secret.slice(0, -1), secret.toUpperCase(), '', 'sgt__', `${secret}\0`])
    expect(await world.identity.findBySecret(wrong)).toBeNull();
  expect((await world.identity.findBySecret(secret))?.session).toBeNull();
});

it('lets tokens and sessions expire', async () => {
  await using world = await startWorld();
  const { secret } = await world.identity.create({ name: 'x', role: 'viewer', ttlMs: 1000 });
  const session = await world.identity.openSession(secret);
  expect(session?.expiresAtMs).toBe(1_001_000);
  world.clock.nowMs += 1000;
  expect(await world.identity.findBySecret(secret)).toBeNull();
  expect(await world.identity.findBySession(session?.cookie ?? '')).toBeNull();
  const lasting = await world.identity.create({ name: 'y', role: 'viewer' });
  const other = await world.identity.openSession(lasting.secret);
  world.clock.nowMs += 31 * 24 * 3_600_000;
  expect(await world.identity.findBySession(other?.cookie ?? '')).toBeNull();
  expect(await world.identity.findBySecret(lasting.secret)).not.toBeNull();
});

it('looks a token up once, and knows at once when it is revoked or over', async () => {
  await using world = await startWorld();
  const { identity, database, clock } = world;
  const { id, secret } = await identity.create({ name: 'busy', role: 'operator', ttlMs: 5_000 });
  expect((await identity.findBySecret(secret))?.token.id).toBe(id);
  // Behind its back: who was proven before is not asked of the database again.
  const tables = database.withTables<IdentityTables>();
  await tables.updateTable('tokens').set({ name: 'other' }).where('id', '=', id).execute();
  expect((await identity.findBySecret(secret))?.token.name).toBe('busy');
  clock.nowMs += 5_000;
  expect(await identity.findBySecret(secret)).toBeNull();

  const other = await identity.create({ name: 'second', role: 'operator' });
  const asking = identity.findBySecret(other.secret);
  await identity.remove(other.id);
  await asking;
  expect(await identity.findBySecret(other.secret)).toBeNull();
});

it('writes when a token was used once a minute at most', async () => {
  await using world = await startWorld();
  const { secret, id } = await world.identity.create({ name: 'x', role: 'viewer' });
  const lastUsed = async () => (await world.identity.list()).find((one) => one.id === id)?.lastUsedAtMs;
  await world.identity.findBySecret(secret);
  expect(await lastUsed()).toBe(1_000_000);
  world.clock.nowMs += 59_999;
  await world.identity.findBySecret(secret);
  expect(await lastUsed()).toBe(1_000_000);
  world.clock.nowMs += 1;
  await world.identity.findBySecret(secret);
  expect(await lastUsed()).toBe(1_060_000);
});

it('prints the same start token after a restart, in a file only its owner reads', async () => {
  await using world = await startWorld();
  const first = await start(world);
  expect(first).toMatch(/^sgt_start_[a-z2-7]{32}$/);
  const session = await world.identity.openSession(first);
  expect(statSync(join(world.directory, 'token')).mode & 0o777).toBe(0o600);
  expect(await start(world)).toBe(first);
  expect(await world.identity.findBySession(session?.cookie ?? '')).not.toBeNull();
  expect((await world.identity.findBySecret(first))?.token).toMatchObject({ id: START_TOKEN, role: 'admin' });
});

it('takes a fixed start token without writing it down, and ends the one before', async () => {
  await using world = await startWorld();
  const first = await start(world);
  const fixed = 'my-own-token-for-ci';
  expect(await start(world, fixed)).toBe(fixed);
  expect(readFileSync(join(world.directory, 'token'), 'utf8')).not.toContain(fixed);
  expect(await world.identity.findBySecret(first)).toBeNull();
  expect(await world.identity.findBySecret(fixed)).not.toBeNull();
  await expect(start(world, 'short')).rejects.toMatchObject({ code: 'badRequest' });
  await expect(start(world, 'with space and more')).rejects.toMatchObject({ code: 'badRequest' });
});

it('makes another start token after the old one was revoked', async () => {
  await using world = await startWorld();
  const file = join(world.directory, 'token');
  const first = await openStartToken({ identity: world.identity, file, random: randomBytes });
  await world.identity.remove(START_TOKEN);
  expect(existsSync(file)).toBe(false);
  const second = await start(world);
  expect(second).not.toBe(first);
  expect(await world.identity.findBySecret(first)).toBeNull();
});
