/** Puts a script of the console's sources, bundled, into a page that is open. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param entry from the repository's root */
export async function addConsoleScript(page: Page, entry: string): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [`${root}${entry}`],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  await page.addScriptTag({ content: outputFiles[0]!.text });
}
