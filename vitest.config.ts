import { defineConfig } from 'vitest/config';

const unit = [
  'packages/*/{src,test}/**/*.test.{ts,tsx}',
  'apps/*/{src,test}/**/*.test.{ts,tsx}',
  'scripts/**/*.test.{ts,mjs}',
];
const integration = [
  'packages/*/{src,test}/**/*.integration.test.ts',
  'apps/*/{src,test}/**/*.integration.test.ts',
  'scripts/**/*.integration.test.mjs',
];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: unit,
          exclude: [...integration, '**/node_modules/**', '**/dist/**'],
          environment: 'node',
          // A property over hundreds of random sessions takes a second or two; on a busy machine that was five, the usual limit.
          testTimeout: 30_000,
        },
      },
      {
        // Real sandboxes: one file at a time, since they share this host's image pool and its two cores.
        test: {
          name: 'integration',
          include: integration,
          exclude: ['**/node_modules/**', '**/dist/**'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
