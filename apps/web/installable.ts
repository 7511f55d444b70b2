import type { VitePWAOptions } from 'vite-plugin-pwa';

/** What a system needs to know to install the console as a program. Its colours are those of tokens.css in the dark theme. */
export const manifest: VitePWAOptions['manifest'] = {
  id: '/',
  name: 'Sandglass',
  short_name: 'Sandglass',
  description: 'The window on an agent’s machine.',
  start_url: '/',
  scope: '/',
  display: 'standalone',
  theme_color: '#111316',
  background_color: '#0b0c0e',
  icons: [
    { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
    { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png' },
    { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png' },
    { src: '/icons/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
  ],
};

/**
 * The worker keeps the files of one build and nothing that was said to a person: pages come from the server as long as it
 * answers, and its API, its documents and its metrics are never touched. What is large and not always needed (editor,
 * terminal, PDF) is fetched with its first use.
 */
export const workbox: VitePWAOptions['workbox'] = {
  globPatterns: ['**/*.{js,css,html,svg,woff2}'],
  globIgnores: [
    // Small, and must fit the page it came with.
    'theme.js',
    'popout.html',
    'assets/{monaco-editor,pdfjs-dist,xterm}/**',
    '**/*.worker-*',
    '**/*-{cyrillic,greek,vietnamese}*',
  ],
  maximumFileSizeToCacheInBytes: 800_000,
  inlineWorkboxRuntime: true,
  sourcemap: false,
  cleanupOutdatedCaches: true,
  // A new build waits until no page of the old one is left, or a person asked for it.
  skipWaiting: false,
  clientsClaim: false,
  // `/` is the server's page, not the kept one.
  directoryIndex: null,
  navigateFallback: null,
  runtimeCaching: [
    {
      urlPattern: ({ request, url, sameOrigin }) =>
        sameOrigin && request.mode === 'navigate' && !/^\/(v1|docs|metrics|assets)(\/|$)/.test(url.pathname),
      handler: 'NetworkOnly',
      // Without a server there is still the frame, which says so and comes back by itself.
      options: { precacheFallback: { fallbackURL: '/index.html' } },
    },
  ],
};
