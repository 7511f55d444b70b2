/** What a sandbox may be made from: our images by the vendor's names, and snapshots. */
import { AppError, type Checkpoint, CheckpointId, type ImageName, type SandboxId } from '@sandglass/protocol';
import type { Services } from '../../services.ts';

const images: Readonly<Record<string, ImageName>> = {
  base: 'base',
  desktop: 'desktop',
  browser: 'browser',
  'code-interpreter-v1': 'code-interpreter',
};
export const templateNames = Object.keys(images);

export type Source = { readonly image: ImageName } | { readonly checkpoint: CheckpointId };

/** Every sandbox of this server; ended ones too when asked for: their snapshots are kept. */
export async function allSandboxes(services: Pick<Services, 'sandboxes'>, ended = false) {
  const all = [];
  let after: string | undefined;
  do {
    const page = await services.sandboxes.list({ limit: 500, ended, ...(after === undefined ? {} : { after }) });
    all.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return all;
}

export interface Snapshot {
  readonly sandbox: SandboxId;
  readonly checkpoint: Checkpoint;
}

export async function snapshots(
  services: Pick<Services, 'sandboxes' | 'checkpoints'>,
  only?: SandboxId,
): Promise<Snapshot[]> {
  const ids = only === undefined ? (await allSandboxes(services, true)).map((one) => one.id) : [only];
  const lists = await Promise.all(
    ids.map(async (sandbox) =>
      (await services.checkpoints.list(sandbox)).map((checkpoint) => ({ sandbox, checkpoint })),
    ),
  );
  return lists.flat().sort((a, b) => b.checkpoint.atMs - a.checkpoint.atMs);
}

const TEAM = 'sandglass';
/** `team/name:tag`, as the vendor writes what has a name. */
export const snapshotNames = ({ name }: Checkpoint): string[] =>
  name.startsWith('#') ? [] : [`${TEAM}/${name}:default`];

export async function findSnapshot(
  services: Pick<Services, 'sandboxes' | 'checkpoints'>,
  text: string,
): Promise<Snapshot | undefined> {
  const all = await snapshots(services);
  const id = CheckpointId.safeParse(text);
  if (id.success) return all.find(({ checkpoint }) => checkpoint.id === id.data);
  const name = text.replace(new RegExp(`^${TEAM}/`), '').replace(/:default$/, '');
  return all.find(({ checkpoint }) => checkpoint.name === name);
}

/** @throws AppError `notFound` that says what there is. */
export async function findTemplate(
  services: Pick<Services, 'sandboxes' | 'checkpoints'>,
  text: string,
): Promise<Source> {
  const image = images[text];
  if (image) return { image };
  const snapshot = await findSnapshot(services, text);
  if (snapshot) return { checkpoint: snapshot.checkpoint.id };
  throw new AppError(
    'notFound',
    `There is no template '${text.slice(0, 100)}' here. Use ${templateNames.join(', ')}, or the id of a snapshot. Templates cannot be built through the SDK yet.`,
  );
}
