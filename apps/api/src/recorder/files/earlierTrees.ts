/** Trees that a sandbox goes on from: of the checkpoint it is put back to, or of the sandbox it was forked from. */
import type { CheckpointId, FileStep } from '@sandglass/protocol';
import { FileTree } from '@sandglass/replay';
import { SegmentEnds, upTo } from '../lineage/upTo.ts';
import type { SandboxLog } from '../log.ts';
import type { Blobs } from './blobs.ts';
import { loggedTree } from './loggedTree.ts';

const EVENTS_AT_ONCE = 1_000;

/** Where the log stood when a checkpoint was taken: it began to be made after that, and nothing changed while it was. */
export function seqOfCheckpoint(log: SandboxLog, checkpoint: CheckpointId): number | undefined {
  let began: number | undefined;
  for (let from = 1; ; ) {
    const events = log.eventsOf(['sandbox.phase', 'checkpoint.created'], from, EVENTS_AT_ONCE);
    for (const event of events) {
      if (event.kind === 'sandbox.phase' && event.data.to === 'checkpointing') began = event.seq;
      if (event.kind === 'checkpoint.created' && event.data.checkpoint === checkpoint) return began ?? event.seq;
    }
    if (events.length < EVENTS_AT_ONCE) return undefined;
    from = events.at(-1)!.seq + 1;
  }
}

/** As the parent's was; what was as at the parent's start is now as at the fork's own, in the place where it is. */
export function inheritedTree(parent: { log: SandboxLog; seq: number }, blobs: Blobs): FileTree | undefined {
  const earlier = loggedTree(parent.log, parent.seq)?.tree;
  if (earlier === undefined) return undefined;
  const tree = new FileTree();
  for (const step of earlier.steps()) {
    const own = asOwn(step, parent.log.blobs, blobs);
    if (own !== undefined) tree.apply(own);
  }
  return tree;
}

/**
 * What versions turned out to be that the parent had told of by then and had not read yet: it said so after the past that a fork
 * shares, where nobody looks ahead for it. `lastVersion`: the fork's own are others.
 */
export function toldLater({ log, seq }: { log: SandboxLog; seq: number }): {
  readonly steps: FileStep[];
  readonly lastVersion: number;
} {
  const then = loggedTree(upTo(log, seq, new SegmentEnds()))?.tree;
  if (then === undefined) return { steps: [], lastVersion: 0 };
  const { lastVersion, open } = then;
  const later = open.size === 0 ? [] : [...(loggedTree(log, seq)?.tree.entries() ?? [])];
  const steps = later.flatMap(([, node]): FileStep[] =>
    node.kind === 'file' && node.facts !== null && open.has(node.version)
      ? [{ do: 'know', version: node.version, facts: node.facts }]
      : [],
  );
  return { steps, lastVersion };
}

/** Undefined: the fork's start tells it by itself. */
function asOwn({ ...step }: FileStep, theirs: Blobs, own: Blobs): FileStep | undefined {
  if (step.do === 'doubt') return step;
  if (step.do !== 'directory' && step.do !== 'file') return undefined;
  delete step.fresh;
  if (step.do === 'directory') return { ...step, base: step.path };
  const { path } = step;
  const content = step.facts?.content;
  // The fork's start has it in any case: what it is can be read there.
  if (step.facts === undefined || (content?.from === 'blob' && !own.share(content.hash, theirs)))
    return { do: 'file', path, version: 0, facts: { kind: 'file', content: { from: 'start', path } } };
  if (content?.from === 'blob') return { ...step, version: 0, facts: step.facts };
  return { ...step, version: 0, facts: { ...step.facts, content: { from: 'start', path } } };
}
