/** A rule that one pane proposes and the pane of breakpoints takes up: “Break on this…”. */
import type { SandboxId } from '@sandglass/protocol';
import { Model } from './model.ts';

export interface AskedRule {
  readonly sandbox: SandboxId;
  /** undefined: a new one, by form. */
  readonly text: string | undefined;
}

class BreakOn extends Model<AskedRule | null> {
  constructor() {
    super(null);
  }

  ask(sandbox: SandboxId, text: string | undefined): void {
    this.set({ sandbox, text });
  }

  taken(): void {
    this.set(null);
  }
}

export const breakOn = new BreakOn();
