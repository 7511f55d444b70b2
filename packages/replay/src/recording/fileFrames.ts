import { FileStep } from '@sandglass/protocol';

/** Payloads of the track `files`: a JSON array of steps. A `fileTree` frame begins with an empty tree. On disk for ever. */
export const encodeFileSteps = (steps: readonly FileStep[]): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(steps));

/** Steps that can be read; one that a later version writes, or that somebody made up, is left out. */
export function decodeFileSteps(payload: Uint8Array): FileStep[] {
  let steps: unknown;
  try {
    steps = JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return [];
  }
  return (Array.isArray(steps) ? steps : []).flatMap((step) => {
    const parsed = FileStep.safeParse(step);
    return parsed.success ? [parsed.data] : [];
  });
}
