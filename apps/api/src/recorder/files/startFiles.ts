import { buffer } from 'node:stream/consumers';
import type { FileEntry, SandboxId } from '@sandglass/protocol';
import type { StartFiles } from '@sandglass/replay';
import type { ChangeService } from '../../services.ts';

const PAGE = 10_000;

/** The files that a sandbox began with, for as long as its image or checkpoint is there. */
export const startFilesOf = (
  changes: Pick<ChangeService, 'list' | 'stat' | 'read'>,
  sandbox: SandboxId,
): StartFiles => ({
  async list(path) {
    const items: FileEntry[] = [];
    let after: string | undefined;
    do {
      const page = await changes.list(sandbox, 'start', path, PAGE, after);
      items.push(...page.items);
      after = page.next ?? undefined;
    } while (after !== undefined);
    return items;
  },
  stat: (path) => changes.stat(sandbox, 'start', path),
  async read(path) {
    const { content } = await changes.read(sandbox, 'start', path, { offset: 0 }, new AbortController().signal);
    return new Uint8Array(await buffer(content));
  },
});
