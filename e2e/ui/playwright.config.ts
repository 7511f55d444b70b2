import { defineConfig } from '@playwright/test';

/** Every story of `packages/ui`, from the built workshop: no server of ours, no sandbox. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/ui',
  workers: 2,
  fullyParallel: true,
  retries: 0,
  timeout: 60_000,
  reporter: 'list',
  // Pictures are made on purpose (`--update-snapshots`), never on the way.
  updateSnapshots: 'none',
  snapshotPathTemplate: '{testDir}/pictures/{arg}{ext}',
  expect: { toMatchSnapshot: { maxDiffPixelRatio: 0.01, threshold: 0.2 } },
  use: {
    headless: true,
    launchOptions: {
      executablePath: process.env['SANDGLASS_CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        // Letters are drawn the same way everywhere.
        '--font-render-hinting=none',
        '--disable-lcd-text',
        '--force-color-profile=srgb',
      ],
    },
  },
});
