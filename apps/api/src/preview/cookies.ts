/** Cookies of one host name are shared by all its ports, so ours and the sandbox's travel together; here they are kept apart. */
const OURS = /^sandglass_/i;
export const PREVIEW_COOKIE = 'sandglass_preview';

export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/** The Cookie header for the sandbox: without any of ours. Undefined when nothing is left. */
export function withoutOurCookies(header: string | undefined): string | undefined {
  const kept = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '' && !OURS.test(pair));
  return kept.length === 0 ? undefined : kept.join('; ');
}

/** What a sandbox may set: anything but cookies of our names. */
export function withoutOurSetCookies(headers: readonly string[] | undefined): string[] | undefined {
  const kept = headers?.filter((header) => !OURS.test(header.trim()));
  return kept && kept.length > 0 ? kept : undefined;
}

export function previewCookie(secret: string, options: { maxAgeMs: number; secure: boolean }): string {
  const seconds = Math.max(1, Math.floor(options.maxAgeMs / 1000));
  return `${PREVIEW_COOKIE}=${secret}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${options.secure ? '; Secure' : ''}`;
}
