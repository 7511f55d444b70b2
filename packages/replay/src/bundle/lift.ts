/**
 * Manifests of every version there was. A new version adds the step from the one before it here, and keeps a file of that one
 * among the fixtures; nothing else of the reader knows old versions.
 */
import { BundleManifest } from '@sandglass/protocol';
import { BundleError } from './bundleError.ts';

export const BUNDLE_VERSION = 5;

type Lift = (manifest: Record<string, unknown>) => Record<string, unknown>;

/** From the version that is the key to the next. Version 1 is the first. */
const lifts: Readonly<Record<number, Lift>> = {
  // Version 2 can hold files: the track `files` and the bytes that it names.
  1: (manifest) => ({ ...manifest, version: 2 }),
  // Version 3 can hold runs and notes: `runs.json` and `notes.json`.
  2: (manifest) => ({ ...manifest, version: 3 }),
  // Version 4 can hold processes: the track `processes`.
  3: (manifest) => ({ ...manifest, version: 4 }),
  // Version 5 can hold what agents and their models said: `conversations.json` and the words that it and the events name.
  4: (manifest) => ({ ...manifest, version: 5 }),
};

/** @throws BundleError foreign, newer or damaged */
export function liftManifest(raw: unknown): BundleManifest {
  if (typeof raw !== 'object' || raw === null || (raw as { format?: unknown }).format !== 'sandglass')
    throw new BundleError(
      'foreign',
      'This zip file is no recording of Sandglass. Choose a file that ends in .sandglass.',
    );
  let manifest = raw as Record<string, unknown>;
  const version = manifest['version'];
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    throw new BundleError('damaged', 'The recording does not say of which version it is. Ask for the file again.');
  if (version > BUNDLE_VERSION)
    throw new BundleError(
      'newer',
      `Made by a newer Sandglass: the file is of version ${version}, this one reads up to ${BUNDLE_VERSION}. Update Sandglass to open it.`,
    );
  for (let at = version; at < BUNDLE_VERSION; at++) manifest = lifts[at]!(manifest);
  const parsed = BundleManifest.safeParse(manifest);
  if (!parsed.success)
    throw new BundleError(
      'damaged',
      'The list of what the recording holds cannot be read. Ask for the file again.',
      parsed.error,
    );
  return parsed.data;
}
