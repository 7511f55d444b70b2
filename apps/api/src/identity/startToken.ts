import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { AppError } from '@sandglass/protocol';
import { type Identity, START_TOKEN } from './identity.ts';
import { formatToken, type RandomBytes, randomSecret } from './secrets.ts';

export interface StartTokenOptions {
  readonly identity: Identity;
  /** Where the secret is kept (mode 0600), so that the printed URL goes on working after a restart. */
  readonly file: string;
  /** From SANDGLASS_TOKEN: used as it is and not written down. */
  readonly fixed?: string | undefined;
  readonly random: RandomBytes;
}

/** Makes sure that there is a start token and returns its secret. Throws `badRequest` when the fixed one is too short to be safe. */
export async function openStartToken(options: StartTokenOptions): Promise<string> {
  const secret = options.fixed ?? readKept(options.file) ?? keepNew(options);
  if (secret.length < 16 || secret.length > 256 || /[^\x21-\x7e]/.test(secret))
    throw new AppError('badRequest', 'SANDGLASS_TOKEN must be 16 to 256 visible ASCII characters. Give a longer one.');
  await options.identity.setStartSecret(secret);
  options.identity.onEnd((end) => {
    // Revoked by an administrator: the next start makes another instead of bringing this one back.
    if ('token' in end && end.token === START_TOKEN && options.fixed === undefined)
      rmSync(options.file, { force: true });
  });
  return secret;
}

function readKept(file: string): string | undefined {
  try {
    const kept = readFileSync(file, 'utf8').trim();
    return /^sgt_start_[a-z2-7]{32,}$/.test(kept) ? kept : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function keepNew(options: StartTokenOptions): string {
  const secret = formatToken(START_TOKEN, randomSecret(options.random));
  const temporary = `${options.file}.new`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(temporary, options.file);
  return secret;
}
