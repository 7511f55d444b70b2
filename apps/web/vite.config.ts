import react from '@vitejs/plugin-react';
import { type BuildOptions, defineConfig, type UserConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { manifest, workbox } from './installable.ts';
import { modulesOfPages } from './pages.ts';
import { withoutWords } from './withoutWords.ts';

/** Where `npm run dev` finds a running server; the built console is served by the server itself. */
const server = process.env['SANDGLASS_URL'] ?? 'http://127.0.0.1:8765';

/** What is large and not always needed lies apart: the worker does not keep it, and it has limits of its own. */
const apart = ['monaco-editor', 'pdfjs-dist', '@xterm'];

const folderOf = (moduleIds: readonly string[]): string => {
  const found = apart.find((name) => moduleIds.some((id) => id.includes(`/node_modules/${name}/`)));
  return found === undefined ? '' : `${found.replace('@', '')}/`;
};

const build: BuildOptions = {
  target: 'es2023',
  // Which file needs which: the size limits read it.
  manifest: true,
  // Monaco's core is one chunk of ~2.5 MB by nature; it loads only with the editor.
  chunkSizeWarningLimit: 3_000,
  reportCompressedSize: false,
  // Inlined files would need `data:` in the server's content policy.
  assetsInlineLimit: 0,
};

export default defineConfig(async ({ command }): Promise<UserConfig> => {
  const plugins = () => [withoutWords(), react()];
  const worker = { format: 'es' } as const;
  const root = import.meta.dirname;
  const pageOf = command === 'build' ? await modulesOfPages({ root, plugins: plugins(), build, worker }) : new Map();
  return {
    plugins: [
      ...plugins(),
      // The page registers the worker itself (`platform/newVersion.ts`), after everything else.
      VitePWA({ registerType: 'prompt', injectRegister: false, filename: 'worker.js', manifest, workbox }),
    ],
    build: {
      ...build,
      rolldownOptions: {
        output: {
          codeSplitting: { groups: [{ name: (id) => pageOf.get(id) ?? null, debugName: 'pages' }] },
          chunkFileNames: ({ moduleIds }) => `assets/${folderOf(moduleIds)}[name]-[hash].js`,
        },
      },
    },
    worker,
    // The server answers pages of its own origin alone.
    server: { proxy: { '/v1': { target: server, changeOrigin: true, ws: true, headers: { origin: server } } } },
  };
});
