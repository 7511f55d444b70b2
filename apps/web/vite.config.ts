import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { manifest, workbox } from './installable.ts';
import { withoutWords } from './withoutWords.ts';

/** Where `npm run dev` finds a running server; the built console is served by the server itself. */
const server = process.env['SANDGLASS_URL'] ?? 'http://127.0.0.1:8765';

/** What is large and not always needed lies apart: the worker does not keep it, and it has limits of its own. */
const apart = ['monaco-editor', 'pdfjs-dist', '@xterm'];

const folderOf = (moduleIds: readonly string[]): string => {
  const found = apart.find((name) => moduleIds.some((id) => id.includes(`/node_modules/${name}/`)));
  return found === undefined ? '' : `${found.replace('@', '')}/`;
};

export default defineConfig({
  plugins: [
    withoutWords(),
    react(),
    // The page registers the worker itself (`platform/newVersion.ts`), after everything else.
    VitePWA({ registerType: 'prompt', injectRegister: false, filename: 'worker.js', manifest, workbox }),
  ],
  build: {
    target: 'es2023',
    // Which file needs which: the size limits read it.
    manifest: true,
    // Monaco's core is one chunk of ~2.5 MB by nature; it loads only with the editor.
    chunkSizeWarningLimit: 3_000,
    reportCompressedSize: false,
    // Inlined files would need `data:` in the server's content policy.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        chunkFileNames: ({ moduleIds }) => `assets/${folderOf(moduleIds)}[name]-[hash].js`,
      },
    },
  },
  worker: { format: 'es' },
  server: { proxy: { '/v1': { target: server, changeOrigin: true, ws: true } } },
});
