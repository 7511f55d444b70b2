/** The tree of files as a log tells it, up to a position. */
import { applyFrame, FileTree, learn } from '@sandglass/replay';
import { type SandboxLog, trackFrame } from '../log.ts';

export interface LoggedTree {
  readonly tree: FileTree;
  /** Of the last frame it is made of. */
  readonly seq: number;
  /** When the versions whose facts are not known yet were told, on the log's clock. */
  readonly toldAtUs: ReadonlyMap<number, number>;
}

/** Undefined where no files were recorded by then. What versions turned out to be later is known in it too. */
export function loggedTree(
  log: Pick<SandboxLog, 'findLastStart' | 'frames'>,
  notAfter = Number.POSITIVE_INFINITY,
): LoggedTree | undefined {
  const start = log.findLastStart('files', trackFrame.fileTree, notAfter);
  if (start === undefined) return undefined;
  let tree = new FileTree();
  let seq = start.seq;
  const toldAtUs = new Map<number, number>();
  for (const frame of log.frames('files', start.seq - 1)) {
    if (frame.seq <= notAfter) {
      const before = tree.lastVersion;
      tree = applyFrame(tree, frame);
      seq = frame.seq;
      for (const version of tree.open.keys())
        if (version > before || !toldAtUs.has(version)) toldAtUs.set(version, frame.atUs);
    } else if (tree.open.size === 0) break;
    else learn(tree, frame);
  }
  for (const version of toldAtUs.keys()) if (!tree.open.has(version)) toldAtUs.delete(version);
  return { tree, seq, toldAtUs };
}
