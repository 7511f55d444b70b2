/** The settings of `npm start`: each is a flag and a SANDGLASS_* variable; the flag wins. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** @typedef {{ flag: string, variable: string, value?: string, help: string, negative?: boolean }} Setting */

/** @type {Setting[]} */
export const settings = [
  {
    flag: 'port',
    variable: 'SANDGLASS_PORT',
    value: 'NUMBER',
    help: 'port of the console and the API; 0 takes a free one (8765)',
  },
  { flag: 'host', variable: 'SANDGLASS_HOST', value: 'ADDRESS', help: 'address to listen on (127.0.0.1)' },
  {
    flag: 'data-dir',
    variable: 'SANDGLASS_DATA_DIR',
    value: 'PATH',
    help: 'where sandboxes, logs and settings are kept',
  },
  {
    flag: 'pool',
    variable: 'SANDGLASS_POOL',
    value: 'PATH',
    help: 'where base images and sandbox disks are kept (DATA-DIR/keeper/pool)',
  },
  {
    flag: 'level',
    variable: 'SANDGLASS_LEVEL',
    value: 'L0…L3',
    help: 'use at most this level of isolation (the best that works)',
  },
  { flag: 'allow-public', variable: 'SANDGLASS_ALLOW_PUBLIC', help: 'listen on a public address without TLS' },
  { flag: 'tls-cert', variable: 'SANDGLASS_TLS_CERT', value: 'FILE', help: 'certificate for HTTPS' },
  { flag: 'tls-key', variable: 'SANDGLASS_TLS_KEY', value: 'FILE', help: 'its key' },
  {
    flag: 'preview-port',
    variable: 'SANDGLASS_PREVIEW_PORT',
    value: 'NUMBER',
    help: 'port of previews of sandbox ports (PORT + 1)',
  },
  {
    flag: 'preview-domain',
    variable: 'SANDGLASS_PREVIEW_DOMAIN',
    value: 'NAME',
    help: 'domain of previews, besides localhost',
  },
  {
    flag: 'e2b-port',
    variable: 'SANDGLASS_E2B_PORT',
    value: 'NUMBER',
    help: 'port where agents find sandbox ports by host name (PORT + 2)',
  },
  {
    flag: 'e2b-domain',
    variable: 'SANDGLASS_E2B_DOMAIN',
    value: 'NAME',
    help: 'domain of those names (sandglass.localhost)',
  },
  {
    flag: 'e2b-internet',
    variable: 'SANDGLASS_E2B_INTERNET',
    value: 'allow|deny',
    help: 'what sandboxes of the E2B SDK reach when they name nothing (allow)',
  },
  {
    flag: 'allowed-hosts',
    variable: 'SANDGLASS_ALLOWED_HOSTS',
    value: 'NAMES',
    help: 'further host names this server answers to, with commas',
  },
  {
    flag: 'warm',
    variable: 'SANDGLASS_WARM',
    value: 'COUNTS',
    help: 'sandboxes kept ready, e.g. base=2,desktop=1; 0 for none',
  },
  { flag: 'no-open', variable: 'SANDGLASS_NO_OPEN', help: 'do not open a browser' },
  { flag: 'yes', variable: 'SANDGLASS_YES', help: 'install what is missing without asking' },
  {
    flag: 'json',
    variable: 'SANDGLASS_JSON',
    help: 'print one line when ready: {"url","token","dataDir","level","doors"}',
  },
];

/** Read from the environment alone: a flag would show them to everyone on the machine. */
export const environmentOnly = [
  { variable: 'SANDGLASS_TOKEN', help: 'fixes the token of the opened URL (16 to 256 characters)' },
  { variable: 'SANDGLASS_LOG_LEVEL', help: 'debug, info, warn or error (warn)' },
  { variable: 'SANDGLASS_SECRET_PATTERNS', help: 'what else is a secret: one expression (RE2) a line' },
  { variable: 'SANDGLASS_KEEP_DAYS', help: 'how long recordings are kept (for ever)' },
  { variable: 'SANDGLASS_KEEP_MB', help: 'how much of all recordings together (everything)' },
  { variable: 'SANDGLASS_KEEP_SANDBOX_MB', help: 'how much of each recording (everything)' },
  { variable: 'SANDGLASS_KEEP_FREE_MB', help: 'recording stops while less of the disk is free (256)' },
];

/**
 * @typedef {{ values: Record<string, string | undefined>, dataDir: string, pool: string, isJson: boolean, isYes: boolean, opens: boolean, wantsHelp: boolean }} Settings
 * `values` are the SANDGLASS_* variables for the processes that follow.
 */

export class UsageError extends Error {}

/** @param {string[]} words @param {Record<string, string | undefined>} environment @param {boolean} isRoot @returns {Settings} @throws UsageError */
export function readSettings(words, environment, isRoot) {
  const options = Object.fromEntries(settings.map(({ flag, value }) => [flag, { type: value ? 'string' : 'boolean' }]));
  let given;
  try {
    given = parseArgs({
      args: words.filter((word) => word !== '--'),
      options: { ...options, help: { type: 'boolean', short: 'h' } },
    }).values;
  } catch (error) {
    throw new UsageError(`${error.message.split('. ')[0]}. See npm start -- --help.`);
  }
  const values = {};
  for (const { flag, variable, value } of settings) {
    const found = given[flag] ?? environment[variable];
    if (found === undefined || found === '') continue;
    values[variable] = value ? String(found) : isOn(found) ? '1' : undefined;
  }
  const port = values.SANDGLASS_PORT;
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) < 65_536))
    throw new UsageError(`“${port}” is no port: give a number from 0 to 65535.`);
  const level = values.SANDGLASS_LEVEL;
  if (level !== undefined && !/^L[0-3]$/.test(level))
    throw new UsageError(`“${level}” is no level: give L0, L1, L2 or L3.`);
  const internet = values.SANDGLASS_E2B_INTERNET;
  if (internet !== undefined && !/^(allow|deny)$/.test(internet))
    throw new UsageError(`“${internet}” is no choice for --e2b-internet: give allow or deny.`);
  const dataDir = resolve(
    values.SANDGLASS_DATA_DIR ?? (isRoot ? '/var/lib/sandglass' : join(homedir(), '.local/share/sandglass')),
  );
  const pool = resolve(values.SANDGLASS_POOL ?? join(dataDir, 'keeper/pool'));
  return {
    values: { ...values, SANDGLASS_DATA_DIR: dataDir, SANDGLASS_POOL: pool },
    dataDir,
    pool,
    isJson: values.SANDGLASS_JSON === '1',
    isYes: values.SANDGLASS_YES === '1',
    opens: values.SANDGLASS_NO_OPEN !== '1',
    wantsHelp: given.help === true,
  };
}

function isOn(value) {
  return value === true || /^(1|true|yes|on)$/i.test(String(value));
}

export function helpText() {
  const lines = settings.map(
    ({ flag, value, variable, help }) =>
      `  ${`--${flag}${value ? ` ${value}` : ''}`.padEnd(24)}${help}\n${' '.repeat(26)}${variable}`,
  );
  const others = environmentOnly.map(({ variable, help }) => `  ${variable.padEnd(26)} ${help}`);
  return `npm start -- [options]

Starts Sandglass: installs and builds what is missing, then opens the console.

${lines.join('\n')}

Only as variables:
${others.join('\n')}

For programs: npm start --silent -- --json; without npm's --silent its own two lines come first.

npm start -- replay FILE opens one recording, without sandboxes; --port, --host and --no-open count there too.

Other commands: npm test, npm run doctor, npm run bench -- NAME
`;
}
