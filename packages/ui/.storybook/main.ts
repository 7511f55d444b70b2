import type { StorybookConfig } from '@storybook/react-vite';

/** The workshop: every component in every state, by itself, and the states of panes. It asks nobody and tells nobody: no telemetry, no network. */
const config: StorybookConfig = {
  stories: ['../src/**/*.stories.tsx', '../../../apps/web/src/**/*.stories.tsx'],
  framework: '@storybook/react-vite',
  core: { disableTelemetry: true, disableWhatsNewNotifications: true, enableCrashReports: false },
  typescript: { check: false, reactDocgen: false },
};

export default config;
