/** Which environment variables hold secrets, by what they are called, and the ways in which a value is written down. */

const WORDS =
  /(^|_)(KEY|TOKEN|SECRET|PASSPHRASE|PWD|CREDENTIALS?|AUTH|COOKIE|SESSION|DSN)(_|$)|(PASSWORD|PASSWD|SECRET|APIKEY)(_|$)/;
/** Names that only sound like it. */
const HARMLESS =
  /^(PWD|OLDPWD|SSH_AUTH_SOCK|XDG_SESSION_.*|DESKTOP_SESSION|.*_(FILE|PATH|DIR|ID|NAME|TYPE|URL|HOST|PORT))$/;

export function isSecretName(name: string): boolean {
  const upper = name.toUpperCase().replaceAll('-', '_');
  return WORDS.test(upper) && !HARMLESS.test(upper);
}

/** Shorter values stand in every text by chance; removing them would leave nothing to read. */
export const MIN_SECRET_CHARACTERS = 6;

/** The values of an environment that are secrets. */
export function secretsOf(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) => (isSecretName(name) ? [value] : []));
}

/** The value and how programs write it: in a URL, in JSON, in a Basic header, on a terminal. */
export function spellings(value: string): string[] {
  const all = [
    value,
    encodeURIComponent(value.toWellFormed()),
    JSON.stringify(value).slice(1, -1),
    value.replace(/\r?\n/g, '\r\n'),
    Buffer.from(value).toString('base64'),
    Buffer.from(value).toString('base64url'),
  ];
  return [...new Set(all)].filter((one) => one.length >= MIN_SECRET_CHARACTERS);
}
