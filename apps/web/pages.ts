import { build, type InlineConfig, type Rolldown } from 'vite';

/** The pages that most people open, the first one first: what one has fetched, the next need not. */
const pages: Readonly<Record<string, readonly string[]>> = {
  first: ['index.html'],
  wall: ['src/routes/start.tsx'],
  workbench: ['src/routes/SandboxPage.tsx', 'src/features/workbench/DockBench.tsx'],
};

/**
 * Which page each module is of. Left alone, the bundler makes a file for every set of pages that share something: more than two
 * hundred for the workbench, and a browser takes longer over their number than over their size. What a page truly needs is known
 * only after what it does not use was dropped, so a first build, never written, is asked.
 */
export async function modulesOfPages(config: InlineConfig): Promise<ReadonlyMap<string, string>> {
  const built = await build({
    ...config,
    configFile: false,
    logLevel: 'silent',
    build: { ...config.build, write: false, minify: false, sourcemap: false },
  });
  const { output } = (Array.isArray(built) ? built[0] : built) as Rolldown.RolldownOutput;
  const chunks = new Map(output.flatMap((part) => (part.type === 'chunk' ? [[part.fileName, part]] : [])));
  const pageOf = new Map<string, string>();
  for (const [page, entries] of Object.entries(pages)) {
    for (const entry of entries) {
      const chunk = [...chunks.values()].find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/apps/web/${entry}`));
      if (chunk === undefined) throw new Error(`Nothing is built from ${entry}; mend apps/web/pages.ts.`);
      for (const { moduleIds } of withImports(chunk, chunks))
        for (const id of moduleIds) if (!pageOf.has(id)) pageOf.set(id, page);
    }
  }
  return pageOf;
}

type Chunk = Rolldown.OutputChunk;

/** A chunk and all that it imports at once. */
function withImports(chunk: Chunk, chunks: ReadonlyMap<string, Chunk>, found = new Set<Chunk>()): Set<Chunk> {
  if (found.has(chunk)) return found;
  found.add(chunk);
  for (const name of chunk.imports) {
    const imported = chunks.get(name);
    if (imported !== undefined) withImports(imported, chunks, found);
  }
  return found;
}
