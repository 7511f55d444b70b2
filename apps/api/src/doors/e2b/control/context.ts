import type { Principal } from '../../../identity/identity.ts';
import type { Caller, Services } from '../../../services.ts';
import type { Exchange } from '../exchange.ts';
import type { SandboxFacts } from '../facts.ts';

/** What every part of the control plane works with. */
export interface Control {
  readonly services: Pick<Services, 'sandboxes' | 'checkpoints' | 'execs'>;
  readonly facts: SandboxFacts;
  /** Below which the ports of sandboxes have their host names; null where no such names lead here. */
  readonly domain: () => string | null;
  readonly now: () => number;
  /** False: `allow_internet_access` opens nothing (older clients always send it), what may be reached is named in `allowOut`. */
  readonly allowsInternet: boolean;
}

/** One proven request. */
export interface Asked extends Exchange {
  readonly principal: Principal;
  readonly caller: Caller;
  /** What the path named. */
  readonly params: readonly string[];
}
