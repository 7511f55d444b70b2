/** Starts the processes of a sandbox and waits for its guest. */
import { randomBytes as systemRandom } from 'node:crypto';
import type { CreateRequest, Keeper } from '@sandglass/keeper';
import { AppError, type CheckpointId, type Limits, type SandboxId } from '@sandglass/protocol';
import type { CreateSpec, SandboxSink } from '../../sandboxes/driver.ts';
import { GuestLink } from './guestLink.ts';
import type { GuestSecrets } from './guestSecrets.ts';
import { fromKeeper } from './keeperErrors.ts';

export const guestPort = 48_099;
/** Fifty at once on two cores take their time; a single one takes a tenth of a second. */
const ARRIVAL_TIMEOUT_MS = 15_000;
const BURST_ARRIVAL_TIMEOUT_MS = 60_000;
const SECRET_BYTES = 24;

export interface LaunchSpec {
  readonly id: SandboxId;
  readonly source: CreateRequest['source'];
  readonly limits: Limits;
  readonly memory: boolean;
}

export class Launcher {
  readonly #keeper: Keeper;
  readonly #secrets: GuestSecrets;
  readonly #randomBytes: (count: number) => Uint8Array;
  readonly #unsettled = new Map<SandboxId, GuestLink>();
  #starting = 0;

  constructor(options: { keeper: Keeper; secrets: GuestSecrets; randomBytes?: (count: number) => Uint8Array }) {
    this.#keeper = options.keeper;
    this.#secrets = options.secrets;
    this.#randomBytes = options.randomBytes ?? systemRandom;
  }

  get randomBytes(): (count: number) => Uint8Array {
    return this.#randomBytes;
  }

  /** How many are on their way. */
  get starting(): number {
    return this.#starting;
  }

  /** A link whose guest has reported. Nothing is left on the host when it rejects. @throws AppError */
  async launch(spec: LaunchSpec, onGone: () => void, sink: SandboxSink | null = null): Promise<GuestLink> {
    const secret = Buffer.from(this.#randomBytes(SECRET_BYTES)).toString('hex');
    const inherited =
      spec.memory && 'checkpoint' in spec.source
        ? await this.#secrets.find(spec.source.checkpoint as CheckpointId)
        : null;
    const link = new GuestLink({ secret, onGone, ...(inherited === null ? {} : { inheritedSecret: inherited }) });
    link.sink = sink;
    this.#unsettled.set(spec.id, link);
    this.#starting += 1;
    try {
      const { id, source, limits, memory } = spec;
      await Promise.all([
        this.#secrets.put(id, secret),
        this.#keeper.ask('create', { id, source, limits, guestPort, guestSecret: secret, memory }),
      ]);
      link.attach(await this.#keeper.listen(id, guestPort));
      await link.arrival(this.#starting > 4 ? BURST_ARRIVAL_TIMEOUT_MS : ARRIVAL_TIMEOUT_MS);
      return link;
    } catch (error) {
      link.close();
      await this.remove(spec.id);
      throw fromKeeper(error);
    } finally {
      this.#starting -= 1;
    }
  }

  /** Connects to a guest that lives already. */
  async rejoin(id: SandboxId, options: { onGone: () => void; frozen: boolean; sink: SandboxSink }): Promise<GuestLink> {
    const secret = await this.#secrets.find(id);
    if (secret === null) throw new AppError('sandboxLost', 'The secret of this sandbox is lost; it cannot be reached.');
    const link = new GuestLink({ secret, onGone: options.onGone });
    link.sink = options.sink;
    try {
      if (options.frozen) link.pause();
      link.attach(await this.#keeper.listen(id, guestPort));
      if (!options.frozen) await link.arrival(ARRIVAL_TIMEOUT_MS);
      return link;
    } catch (error) {
      link.close();
      throw fromKeeper(error);
    }
  }

  /** From now on its end is somebody else's to notice. */
  settled(id: SandboxId): void {
    this.#unsettled.delete(id);
  }

  /** The keeper says that it ended. Whoever waits for it learns why at once. */
  ended(id: SandboxId, reason: string): void {
    this.#unsettled.get(id)?.close(new AppError('sandboxLost', `The sandbox ended while it was started: ${reason}`));
  }

  /** What the keeper has of it, and its secret. */
  async remove(id: SandboxId): Promise<void> {
    this.#unsettled.delete(id);
    await this.#keeper.ask('kill', { id }).catch(() => {});
    await this.#secrets.remove(id);
  }
}

/** Told to the guest after each start. The proxy is the only way out. */
export async function configureGuest(
  link: GuestLink,
  spec: Pick<CreateSpec, 'environment' | 'screen' | 'hostname'>,
  options: { watch: boolean },
): Promise<void> {
  const proxy = 'http://127.0.0.1:3128';
  await link.ask('configure', {
    hostname: spec.hostname,
    environment: {
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      http_proxy: proxy,
      https_proxy: proxy,
      NO_PROXY: 'localhost,127.0.0.1,::1',
      no_proxy: 'localhost,127.0.0.1,::1',
      ...spec.environment,
    },
    screen: spec.screen,
    watch: options.watch,
  });
}
