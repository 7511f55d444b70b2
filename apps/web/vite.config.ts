import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds a running server; the built console is served by the server itself. */
const server = process.env['SANDGLASS_URL'] ?? 'http://127.0.0.1:8765';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    // Monaco's core is one chunk of ~2.5 MB by nature; it loads only with the editor.
    chunkSizeWarningLimit: 3_000,
    reportCompressedSize: false,
    // Inlined files would need `data:` in the server's content policy.
    assetsInlineLimit: 0,
  },
  worker: { format: 'es' },
  server: { proxy: { '/v1': { target: server, changeOrigin: true, ws: true } } },
});
