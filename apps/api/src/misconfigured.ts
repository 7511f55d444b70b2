/** A start that would fail the same way again: the keeper, who starts a server anew that crashed, ends with this one's message. */
export class Misconfigured extends Error {
  override readonly name = 'Misconfigured';
}

/** EX_CONFIG of sysexits; the keeper knows it. */
export const misconfiguredExitCode = 78;

/** @throws Misconfigured with the message of whatever `read` throws. */
export function asSetting<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Misconfigured(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** What went wrong with listening, in words of the settings; other errors as they are. */
export function listeningError(error: unknown, place: { host: string; port: number; flag: string }): unknown {
  const { host, port, flag } = place;
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case 'EADDRINUSE':
      return new Misconfigured(
        `Port ${port} of ${host} is in use, perhaps by another Sandglass. End it, or take another port with ${flag}.`,
      );
    case 'EACCES':
      return new Misconfigured(`Port ${port} may not be used without root. Take one above 1023 with ${flag}.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Misconfigured(`This machine has no address ${host}. Give another one with --host.`);
    default:
      return error;
  }
}
