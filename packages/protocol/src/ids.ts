/** Identifiers: a three-letter prefix that names the noun, `_`, then lower-case base32. Safe in paths, host names and cgroup names. */
import { z } from 'zod';

const id = <P extends string>(prefix: P) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[a-z2-7]{4,26}$`), `must look like ${prefix}_ followed by letters a-z and digits 2-7`)
    .brand<P>();

export const SandboxId = id('sbx').meta({ id: 'SandboxId', example: 'sbx_7k2mq4fj5a' });
export type SandboxId = z.infer<typeof SandboxId>;
export const CheckpointId = id('chk').meta({ id: 'CheckpointId' });
export type CheckpointId = z.infer<typeof CheckpointId>;
export const TerminalId = id('trm').meta({ id: 'TerminalId' });
export type TerminalId = z.infer<typeof TerminalId>;
export const ExecId = id('exe').meta({ id: 'ExecId' });
export type ExecId = z.infer<typeof ExecId>;
export const CallId = id('cal').meta({ id: 'CallId' });
export type CallId = z.infer<typeof CallId>;
export const TokenId = id('tok').meta({ id: 'TokenId' });
export type TokenId = z.infer<typeof TokenId>;
export const RunId = id('run').meta({ id: 'RunId' });
export type RunId = z.infer<typeof RunId>;
export const NoteId = id('not').meta({ id: 'NoteId' });
export type NoteId = z.infer<typeof NoteId>;
export const RuleId = id('rul').meta({ id: 'RuleId' });
export type RuleId = z.infer<typeof RuleId>;
export const WebhookId = id('whk').meta({ id: 'WebhookId' });
export type WebhookId = z.infer<typeof WebhookId>;
export const DeliveryId = id('dlv').meta({ id: 'DeliveryId' });
export type DeliveryId = z.infer<typeof DeliveryId>;
export const MessageId = id('msg').meta({ id: 'MessageId' });
export type MessageId = z.infer<typeof MessageId>;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Makes an id from `random` bytes (one character a byte, 5 bits each; 10 bytes = 50 bits). Randomness is passed in, so ids can be injected. */
export function formatId(
  prefix: 'sbx' | 'chk' | 'trm' | 'exe' | 'cal' | 'tok' | 'run' | 'not' | 'rul' | 'msg' | 'whk' | 'dlv',
  random: Uint8Array,
): string {
  let out = `${prefix}_`;
  for (const byte of random) out += ALPHABET[byte & 31];
  return out;
}

/** Position in one sandbox's log: starts at 1, one step per event or frame, shared by every track. */
export const Seq = z.number().int().nonnegative().meta({ id: 'Seq' });
export type Seq = z.infer<typeof Seq>;
/** Microseconds on the sandbox's own monotonic clock, 0 at its creation. */
export const AtUs = z.number().int().nonnegative();
/** Wall-clock time, milliseconds since the epoch. */
export const WallMs = z.number().int().nonnegative();
