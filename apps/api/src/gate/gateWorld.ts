import type { CallId, MessageId } from '@sandglass/protocol';
import type { SandboxEntry } from '../sandboxes/entry.ts';
import type { Caller } from '../services.ts';
import type { Causes } from './causes.ts';
import type { ModeOptions } from './modeDesk.ts';
import type { RulePort } from './rules/port.ts';

/** What the gate needs of the rooms around it. */
export interface GateWorld extends Pick<ModeOptions, 'clock' | 'freeze' | 'thaw' | 'cancel'> {
  readonly rules: RulePort;
  readonly newCall: () => CallId;
  readonly newMessage: () => MessageId;
  /** Throws when this agent may do nothing more. */
  admit(entry: SandboxEntry, caller: Caller, name: string): void;
  readonly causes: Causes;
  /** Made by the system, so that no rule matches it. */
  checkpoint(entry: SandboxEntry, name: string): Promise<void>;
  readonly onError: (entry: SandboxEntry, error: unknown) => void;
}
