import type { Sandbox, SandboxId } from '@sandglass/protocol';
import { createContext, useContext } from 'react';
import type { BulkModel, Verb } from './bulkModel.ts';
import type { Needs } from './wallModel.ts';

/** What every card and row of one wall may ask. */
export interface WallActs {
  readonly needs: Needs;
  readonly chosen: ReadonlySet<SandboxId>;
  readonly bulk: BulkModel;
  toggle(id: SandboxId): void;
  /** Up to this one, from the last that was chosen. */
  extend(id: SandboxId): void;
  markSeen(id: SandboxId): void;
  ask(verb: Exclude<Verb, 'kill'>, sandbox: Sandbox): void;
  askKill(sandboxes: readonly Sandbox[]): void;
}

export const WallContext = createContext<WallActs | null>(null);

export function useWall(): WallActs {
  const acts = useContext(WallContext);
  if (acts === null) throw new Error('a card needs a wall around it');
  return acts;
}
