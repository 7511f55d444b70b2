/** The composition root: reads the settings, opens everything, listens, and closes it all in the opposite order. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type IpcChannel, Keeper } from '@sandglass/keeper';
import { isAppError } from '@sandglass/protocol';
import { replayOf } from './bundles/replayedFile.ts';
import { checkpointSteps } from './checkpoints/tables.ts';
import { composeRooms } from './compose.ts';
import { type Config, readConfig } from './config.ts';
import { openDatabase } from './database/open.ts';
import { createDoors, describeDoors } from './doors/doors.ts';
import { createFakeDriver } from './drivers/fake/driver.ts';
import { LocalDriver } from './drivers/local/localDriver.ts';
import { createNoDriver } from './drivers/none.ts';
import { ruleSteps } from './gate/rules/tables.ts';
import { Identity } from './identity/identity.ts';
import { openStartToken } from './identity/startToken.ts';
import { identitySteps } from './identity/tables.ts';
import { systemClock } from './lib/clock.ts';
import { Closing } from './lib/closing.ts';
import { pooledRandomBytes } from './lib/randomBytes.ts';
import { checkBinding } from './listen.ts';
import { asSetting, listeningError, Misconfigured, misconfiguredExitCode } from './misconfigured.ts';
import { createLogger } from './observability/logger.ts';
import { createPreviewServer } from './preview/server.ts';
import { openLogStore } from './recorder/logStore.ts';
import { Redactor } from './recorder/redaction/redactor.ts';
import { lineKind, wellKnown } from './recorder/redaction/secretPatterns.ts';
import { createScreenService } from './recorder/screenService.ts';
import { createTerminalRecorder } from './recorder/terminalRecorder.ts';
import { reviewSteps } from './reviews/tables.ts';
import { doorSteps, openDoorMemory } from './sandboxes/doorMemory.ts';
import type { Driver } from './sandboxes/driver.ts';
import { sandboxSteps } from './sandboxes/tables.ts';
import { SearchIndex } from './search/searchIndex.ts';
import { createSearch } from './search/service.ts';
import { createServer } from './server.ts';
import { version } from './version.ts';
import { post } from './webhooks/post.ts';
import { webhookSteps } from './webhooks/tables.ts';

type Logger = ReturnType<typeof createLogger>;

async function start(config: Config, logger: Logger): Promise<Closing> {
  const closing = new Closing((error, what) => logger.error({ err: error, what }, 'closing failed'));
  try {
    await open(config, logger, closing);
    return closing;
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function open(config: Config, logger: Logger, closing: Closing): Promise<void> {
  const tls = asSetting(() => {
    checkBinding({ host: config.host, tls: config.tls !== null, insecureHost: config.allowPublic });
    return (
      config.tls && {
        certificate: readFileSync(config.tls.certificateFile, 'utf8'),
        key: readFileSync(config.tls.keyFile, 'utf8'),
      }
    );
  });
  const directory = join(config.dataDir, 'server');
  mkdirSync(directory, { recursive: true, mode: 0o700 });

  const database = await openDatabase({
    path: join(directory, 'sandglass.db'),
    steps: [
      ...identitySteps,
      ...sandboxSteps,
      ...checkpointSteps,
      ...ruleSteps,
      ...doorSteps,
      ...reviewSteps,
      ...webhookSteps,
    ],
  });
  closing.add('database', () => database.destroy());
  const identity = new Identity({ database, random: randomBytes, now: Date.now });
  const token = await openStartToken({
    identity,
    file: join(directory, 'token'),
    fixed: config.token,
    random: randomBytes,
  }).catch((error: unknown) => {
    throw isAppError(error) && error.code === 'badRequest' ? new Misconfigured(error.message, { cause: error }) : error;
  });

  const redactor = asSetting(
    () => new Redactor({ kinds: [wellKnown, ...config.secretPatterns.map((pattern) => lineKind(pattern))] }),
  );
  redactor.add(token);
  const logs = openLogStore({
    directory: join(directory, 'log'),
    redactor,
    floorBytes: config.keep.freeBytes,
    onFollowerError: (error) => logger.error({ err: error }, 'a follower of a log failed'),
  });
  closing.add('logs', () => logs.close());
  const failed = (message: string) => (sandbox: string, error: unknown) =>
    logger.error({ err: error, sandbox }, message);
  const terminals = createTerminalRecorder({ onError: failed('a terminal could not be recorded') });
  closing.add('terminals', () => terminals.close());
  const search = createSearch({
    index: new SearchIndex(join(directory, 'search.db')),
    onError: failed('a part of a recording cannot be searched'),
  });
  closing.add('search', () => search.close());
  const screens = createScreenService({ onError: failed('a screen could not be recorded') });
  closing.add('screens', () => screens.close());
  const driver = await openDriver(config, directory);
  closing.add('driver', () => driver.close());

  const rooms = composeRooms({
    driver,
    database,
    logs,
    screens,
    terminals,
    search,
    retention: config.keep,
    clock: systemClock,
    random: pooledRandomBytes,
    post,
    logger,
    version,
    tokenName: async (id) => (await identity.list()).find((known) => known.id === id)?.name,
  });
  closing.add('sandboxes', () => rooms.close());
  const previews = createPreviewServer({
    connect: (sandbox, port) => rooms.services.machine.connectPort(sandbox, port),
    tokenEnd: async (id) => (await identity.list()).find((known) => known.id === id)?.expiresAtMs,
    names: config.allowedHosts,
    domain: config.previewDomain,
    tls,
    random: randomBytes,
    now: Date.now,
  });
  closing.add('previews', () => previews.close());
  closing.add(
    'previews of tokens',
    identity.onEnd((end) => {
      if ('token' in end) previews.revoke(end.token);
    }),
  );
  const doors = createDoors(config, { e2b: await openDoorMemory(database, 'e2b', randomBytes) });
  const app = await createServer({
    doors,
    services: { ...rooms.services, previews, replay: replayOf(config.replayFile) },
    identity,
    logger,
    host: config.host,
    allowedHosts: config.allowedHosts,
    tls,
    consoleDirectory: config.consoleDirectory,
    version,
  });
  closing.add('http', () => app.close());

  const { host } = config;
  await app.listen({ host, port: config.port }).catch((error) => {
    throw listeningError(error, { host, port: config.port, flag: '--port' });
  });
  const { port } = app.server.address() as AddressInfo;
  await listenForPreviews(previews, config, port);
  for (const door of doors) {
    closing.add(`door ${door.name}`, async () => await door.close?.());
    // Where a file is replayed there is nothing that their names could lead to.
    if (config.driver !== 'none') await door.listen?.({ host, serverPort: config.port === 0 ? 0 : port });
  }
  await rooms.start();
  const { level } = await rooms.services.system.system();
  const url = `${tls ? 'https' : 'http'}://${shownHost(config.host)}:${port}`;
  const ready = { url, token, dataDir: config.dataDir, level, doors: describeDoors(doors, { url, token }) };
  process.stdout.write(config.json ? `${JSON.stringify(ready)}\n` : `Sandglass is ready: ${url}/#token=${token}\n`);
}

/** The port after the server's, unless another was named; when that is taken, any free one. */
async function listenForPreviews(
  previews: ReturnType<typeof createPreviewServer>,
  config: Config,
  serverPort: number,
): Promise<void> {
  const { host } = config;
  const { previewPort } = config;
  if (previewPort !== null)
    await previews.listen({ host, port: previewPort }).catch((error) => {
      throw listeningError(error, { host, port: previewPort, flag: '--preview-port' });
    });
  else if (config.port === 0 || serverPort === 65_535) await previews.listen({ host, port: 0 });
  else {
    try {
      await previews.listen({ host, port: serverPort + 1 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      await previews.listen({ host, port: 0 });
    }
  }
}

async function openDriver(config: Config, directory: string): Promise<Driver> {
  if (config.driver === 'fake') return createFakeDriver();
  if (config.driver === 'none') return createNoDriver();
  if (!process.send) {
    throw new Error(
      'This process makes no sandboxes itself: it is started by the keeper (npm start). For work without sandboxes set SANDGLASS_DRIVER=fake.',
    );
  }
  return await LocalDriver.open({
    keeper: new Keeper(process as unknown as IpcChannel),
    stateDir: join(directory, 'local'),
    ...(config.warm ? { warm: { base: 0, desktop: 0, browser: 0, ...config.warm } } : {}),
  });
}

function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function main(): Promise<void> {
  const config = asSetting(() => readConfig(process.env));
  const logger = createLogger({ level: config.logLevel });
  const starting = start(config, logger);
  let stopping = false;
  const stop = async (why: string, code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ why }, 'stopping; sandboxes run on');
    // Whatever hangs: sandboxes are safe, and the next start brings everything in order.
    setTimeout(() => process.exit(code), 9_000).unref();
    await starting.then((closing) => closing.close()).catch(() => {});
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal, 0));
  process.on('message', (message: unknown) => {
    if ((message as { notice?: unknown } | null)?.notice === 'stopping') void stop('the keeper stops', 0);
  });
  process.on('disconnect', () => void stop('the keeper has gone', 0));
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'a mistake nobody handled');
    void stop('uncaughtException', 1);
  });
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'a rejection nobody handled'));
  await starting;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof Misconfigured ? misconfiguredExitCode : 1);
});
