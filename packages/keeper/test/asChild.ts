/**
 * A keeper for tests of the rooms outside: started by the test as its child, it takes the test for its server and answers its
 * questions. Reads SANDGLASS_DATA_DIR, SANDGLASS_POOL, SANDGLASS_GUEST_DIR and SANDGLASS_LEVEL (the best to take).
 */
import { mkdirSync } from 'node:fs';
import { guestFiles } from '../src/guestFiles.ts';
import { describeHost, openLevel } from '../src/host.ts';
import { Notices, type ServerChannel, serveVerbs } from '../src/ipc.ts';
import { SandboxKeeper } from '../src/keeper.ts';
import { TRACKER_PROGRAM, Tracking } from '../src/tracking.ts';
import type { KeeperNotice, Level } from '../src/verbs.ts';

const dataDir = process.env.SANDGLASS_DATA_DIR!;
const pool = process.env.SANDGLASS_POOL!;
const guestSource = process.env.SANDGLASS_GUEST_DIR!;
const keeperDir = `${dataDir}/keeper`;
const channel = process as unknown as ServerChannel;

mkdirSync(keeperDir, { recursive: true, mode: 0o711 });
const level = await openLevel(dataDir, pool, { most: process.env.SANDGLASS_LEVEL as Level | undefined });
const kind = level.store.tracked;
const notices = new Notices(() => channel);
const notify = (notice: KeeperNotice): void => notices.send(notice);
const say = (line: string): void => console.error(line);
const keeper = await SandboxKeeper.open({
  ...level,
  runRoot: `${keeperDir}/run`,
  guest: guestFiles(guestSource, `${keeperDir}/guest`),
  info: () => describeHost(level, pool, { uid: process.getuid!(), gid: 0, separated: false, detail: 'a test' }),
  notify,
  tracking: kind && new Tracking({ program: TRACKER_PROGRAM, pool, kind, notify, say }),
});
serveVerbs(channel, keeper);
// Our parent has gone: what it left running is its successor's to find.
process.on('disconnect', () => {
  keeper.close();
  process.exit(0);
});
