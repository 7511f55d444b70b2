import { readFileSync } from 'node:fs';

/** Of the whole product: every workspace carries the same number. */
export const version: string = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
