/** Where a session works: which sandbox is meant when a tool names none. */
import { AppError, type CreateSandbox, type Sandbox, SandboxId } from '@sandglass/protocol';
import { checkScope } from '../../http/authenticate.ts';
import type { Principal } from '../../identity/identity.ts';
import type { Caller, Services } from '../../services.ts';
import type { Size } from '../acts/scale.ts';

/** Who comes back to it within this finds it as it was; then it is killed, and its recording stays. */
const OWN_IDLE_MS = 3_600_000;

export interface Wishes {
  /** `?sandbox=`: an existing one. */
  readonly sandbox: SandboxId | null;
  /** `?image=`: of the one that is made when there is none. */
  readonly image: CreateSandbox['image'];
  /** `?display=WIDTHxHEIGHT`: as large as the agent sees the screen. */
  readonly display: Size | null;
}

/** @throws AppError badRequest, in the words of whoever wrote the address */
export function readWishes(query: Readonly<Record<string, unknown>>): Wishes {
  const { sandbox, image, display } = query;
  const id = sandbox === undefined ? null : SandboxId.safeParse(sandbox);
  if (id && !id.success) throw new AppError('badRequest', 'In the address, sandbox= must be an id such as sbx_7k2m….');
  if (image !== undefined && image !== 'base' && image !== 'desktop' && image !== 'browser')
    throw new AppError('badRequest', 'In the address, image= must be base, desktop or browser.');
  const size = typeof display === 'string' ? /^(\d{3,4})x(\d{3,4})$/.exec(display) : null;
  if (display !== undefined && !size)
    throw new AppError('badRequest', 'In the address, display= must be a size such as 1280x800.');
  return {
    sandbox: id?.data ?? null,
    image: image ?? 'desktop',
    display: size ? { width: Number(size[1]), height: Number(size[2]) } : null,
  };
}

export class Workplace {
  readonly #services: Services;
  readonly #wishes: Wishes;
  #own: SandboxId | null;
  #making: Promise<Sandbox> | null = null;

  constructor(services: Services, wishes: Wishes, principal: Principal) {
    this.#services = services;
    this.#wishes = wishes;
    const { scope } = principal.token;
    this.#own = wishes.sandbox ?? (scope.kind === 'sandbox' ? scope.sandbox : null);
  }

  /** Null until a tool needed one. */
  get own(): SandboxId | null {
    return this.#own;
  }

  get display(): Size | null {
    return this.#wishes.display;
  }

  async find(caller: Caller, principal: Principal, named: string | undefined): Promise<SandboxId> {
    if (named !== undefined) {
      const id = SandboxId.safeParse(named);
      if (!id.success)
        throw new AppError('badRequest', `“${named}” is no id of a sandbox. list_sandboxes shows those there are.`);
      checkScope(principal, id.data);
      return this.#services.sandboxes.get(id.data).id;
    }
    if (this.#own === null) await this.#makeOwn(caller, principal);
    const own = this.#own as unknown as SandboxId;
    checkScope(principal, own);
    const { phase } = this.#services.sandboxes.get(own);
    if (phase === 'dead' || phase === 'failed')
      throw new AppError(
        'gone',
        `The sandbox of this session, ${own}, has ended. create_sandbox makes a new one, which the other tools then use.`,
      );
    return own;
  }

  /** The new one is the session's from now on. */
  async create(caller: Caller, principal: Principal, body: CreateSandbox): Promise<Sandbox> {
    checkScope(principal, null);
    const sandbox = await this.#services.sandboxes.create(caller, body);
    this.#own = sandbox.id;
    return sandbox;
  }

  use(sandbox: SandboxId): void {
    this.#own = sandbox;
  }

  /** Several first calls at once share one. */
  async #makeOwn(caller: Caller, principal: Principal): Promise<void> {
    this.#making ??= this.create(caller, principal, {
      ...(this.#wishes.image ? { image: this.#wishes.image } : {}),
      name: 'MCP session',
      labels: { door: 'mcp' },
      idle: { afterMs: OWN_IDLE_MS, action: 'kill' },
    }).finally(() => {
      this.#making = null;
    });
    await this.#making;
  }
}
