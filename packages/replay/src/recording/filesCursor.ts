/** The tree of files at one moment after another; reads no more than the step needs. The last moment asked for wins. */
import { decodeFileSteps } from './fileFrames.ts';
import { FileTree } from './fileTree.ts';
import { type TrackFrame, trackFrame } from './frames.ts';
import type { Recording } from './recording.ts';

export type FilesShown =
  | { readonly what: 'tree'; readonly tree: FileTree }
  /** Another moment was asked for meanwhile. */
  | { readonly what: 'superseded' }
  /** Nothing of files was recorded by then. */
  | { readonly what: 'nothing' };

/** What a version turned out to be is told when it was read: mostly at once, seldom later than this. */
const TOLD_WITHIN_US = 30_000_000;

export class FilesCursor {
  readonly #recording: Recording;
  #tree: FileTree | null = null;
  #ask = 0;
  #seq = 0;
  #atUs = -1;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /** The tree is the cursor's own: it changes with the next `show`. */
  async show(atUs: number): Promise<FilesShown> {
    const mine = ++this.#ask;
    const recording = this.#recording;
    const start = recording.startAt('files', atUs, trackFrame.fileTree);
    if (start === undefined) return { what: 'nothing' };
    const goesOn = this.#tree !== null && atUs >= this.#atUs && start.firstSeq <= this.#seq;
    const frames = goesOn
      ? await recording.framesBetween('files', this.#seq, atUs)
      : await recording.framesAt('files', atUs, trackFrame.fileTree);
    if (mine !== this.#ask) return { what: 'superseded' };
    let tree = goesOn && this.#tree !== null ? this.#tree : new FileTree();
    for (const frame of frames) tree = applyFrame(tree, frame);
    const seq = frames.at(-1)?.seq ?? this.#seq;
    [this.#tree, this.#seq, this.#atUs] = [tree, seq, atUs];
    if (tree.open.size > 0) {
      const later = await recording.framesBetween('files', seq, atUs + TOLD_WITHIN_US);
      if (mine !== this.#ask) return { what: 'superseded' };
      for (const frame of later) learn(tree, frame);
    }
    return { what: 'tree', tree };
  }
}

export function applyFrame(tree: FileTree, frame: TrackFrame): FileTree {
  const next = frame.kind === trackFrame.fileTree ? new FileTree() : tree;
  for (const step of decodeFileSteps(frame.payload)) next.apply(step);
  return next;
}

/** Takes from a frame of later only what it says of versions that are already there. */
export function learn(tree: FileTree, frame: TrackFrame): void {
  if (tree.open.size === 0) return;
  for (const step of decodeFileSteps(frame.payload)) {
    if (step.do === 'know') tree.apply(step);
    else if (frame.kind === trackFrame.fileTree && step.do === 'file' && step.facts !== undefined)
      tree.apply({ do: 'know', version: step.version, facts: step.facts });
  }
}
