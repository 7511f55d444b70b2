/** The stories need what `npm test` prepared: a build, images, Chromium. Said here once rather than by forty timeouts. */
import { existsSync } from 'node:fs';

export default function globalSetup(): void {
  const chromium = process.env['SANDGLASS_CHROMIUM'] ?? '/usr/bin/chromium';
  if (!existsSync(chromium))
    throw new Error(`There is no Chromium at ${chromium}. Run \`npm test\`, which installs it.`);
}
