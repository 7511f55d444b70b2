/** The stories need what `npm test` prepared: a build, images, Chromium. Said here once rather than by forty timeouts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export default function globalSetup(): void {
  const chromium = process.env['SANDGLASS_CHROMIUM'] ?? '/usr/bin/chromium';
  if (!existsSync(chromium))
    throw new Error(`There is no Chromium at ${chromium}. Run \`npm test\`, which installs it.`);
  // A story that is run alone uses the images of the tests, too: its server would build its own, for minutes.
  const pool = join(process.env['SANDGLASS_TEST_DIR'] ?? '/var/tmp/sandglass-test', 'pool');
  if (existsSync(pool)) process.env['SANDGLASS_POOL'] ??= pool;
}
