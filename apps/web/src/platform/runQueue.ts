/** The runs that a reviewer goes through, in the order in which they were listed, kept until the tab is closed. */
import { RunId, SandboxId } from '@sandglass/protocol';
import { z } from 'zod';

const Place = z.object({ sandbox: SandboxId, run: RunId });
export type RunPlace = z.infer<typeof Place>;
const Queue = z.array(Place).max(5_000);
const KEY = 'sandglass.runs.queue';

export function keepQueue(runs: readonly RunPlace[]): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(runs.map(({ sandbox, run }) => ({ sandbox, run })).slice(0, 5_000)));
  } catch {
    // Without it there is no next one; the list is one step away.
  }
}

/** Where a run stands among those that were listed. */
export function placeInQueue(run: RunId): {
  readonly at: number;
  readonly count: number;
  readonly previous: RunPlace | undefined;
  readonly next: RunPlace | undefined;
} {
  const queue = readQueue();
  const at = queue.findIndex((place) => place.run === run);
  return at < 0
    ? { at: 0, count: 0, previous: undefined, next: undefined }
    : { at, count: queue.length, previous: queue[at - 1], next: queue[at + 1] };
}

function readQueue(): RunPlace[] {
  try {
    const parsed = Queue.safeParse(JSON.parse(sessionStorage.getItem(KEY) ?? '[]'));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}
