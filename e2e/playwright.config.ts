import { defineConfig } from '@playwright/test';

/** Stories on real sandboxes in real Chromium. One worker: the stories share this host's image pool and its cores. */
export default defineConfig({
  testDir: './stories',
  outputDir: '../test-results',
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: process.env['CI'] ? [['list'], ['junit', { outputFile: '../test-results/junit.xml' }]] : 'list',
  globalSetup: './globalSetup.ts',
  use: {
    headless: true,
    viewport: { width: 1600, height: 1000 },
    // It would answer in the place of a server that a story takes away; it has its own tests in e2e/ui.
    serviceWorkers: 'block',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['SANDGLASS_CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-3d-apis',
      ],
    },
  },
});
