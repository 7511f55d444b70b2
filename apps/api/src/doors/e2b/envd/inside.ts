import type { Sandbox } from '@sandglass/protocol';
import type { Caller, Services } from '../../../services.ts';
import type { Exchange } from '../exchange.ts';
import type { SandboxFacts } from '../facts.ts';
import type { Programs } from './programs.ts';

/** A proven request to what runs in a sandbox. */
export interface Inside {
  readonly services: Pick<Services, 'calls' | 'sandboxes' | 'execs' | 'terminals' | 'files' | 'machine'>;
  readonly facts: SandboxFacts;
  readonly programs: Programs;
  readonly sandbox: Sandbox;
  readonly caller: Caller;
  /** Of the sandbox, whose files and programs these are. */
  readonly user: string;
  readonly exchange: Exchange;
  /** Of a command that a person is looking at, the client hears by then that it was taken. */
  readonly heldAfterMs: number;
  /** What was nobody's fault but ours: its cause is for the log and never sent. */
  readonly onError: (error: unknown) => void;
}
