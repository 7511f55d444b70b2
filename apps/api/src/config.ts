/** The only reader of the environment: every setting with its default, checked once, before anything is opened. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const flag = z
  .enum(['', '0', '1', 'true', 'false', 'yes', 'no'])
  .optional()
  .transform((value) => value === '1' || value === 'true' || value === 'yes');
const port = z.coerce.number().int().min(0).max(65_535);

/** Nothing given: no limit. */
const limit = z
  .string()
  .regex(/^(\d+(\.\d+)?)?$/, 'a number above 0, or nothing for no limit')
  .optional()
  .transform((text) => (text === undefined || text === '' ? null : Number(text)))
  .refine((number) => number === null || number > 0, 'a number above 0, or nothing for no limit');

const Environment = z.object({
  SANDGLASS_HOST: z.string().min(1).default('127.0.0.1'),
  SANDGLASS_PORT: port.default(8765),
  SANDGLASS_PREVIEW_PORT: port.optional(),
  SANDGLASS_E2B_PORT: port.optional(),
  SANDGLASS_E2B_INTERNET: z.enum(['allow', 'deny']).default('allow'),
  SANDGLASS_E2B_DOMAIN: z
    .string()
    .regex(/^[a-z0-9.-]+$/i)
    .optional(),
  SANDGLASS_PREVIEW_DOMAIN: z
    .string()
    .regex(/^[a-z0-9.-]+$/i)
    .optional(),
  SANDGLASS_DATA_DIR: z.string().min(1).optional(),
  SANDGLASS_TOKEN: z.string().optional(),
  SANDGLASS_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  SANDGLASS_JSON: flag,
  SANDGLASS_ALLOW_PUBLIC: flag,
  SANDGLASS_ALLOWED_HOSTS: z.string().default(''),
  SANDGLASS_TLS_CERT: z.string().optional(),
  SANDGLASS_TLS_KEY: z.string().optional(),
  SANDGLASS_DRIVER: z.enum(['local', 'fake', 'none']).default('local'),
  SANDGLASS_WARM: z
    .string()
    .regex(/^(\d+|[a-z]+=\d+(,[a-z]+=\d+)*)?$/, 'e.g. base=2,desktop=1 or 0')
    .optional(),
  SANDGLASS_SECRET_PATTERNS: z.string().default(''),
  SANDGLASS_KEEP_DAYS: limit,
  SANDGLASS_KEEP_MB: limit,
  SANDGLASS_KEEP_SANDBOX_MB: limit,
  SANDGLASS_KEEP_FREE_MB: z.coerce.number().min(0).max(1_000_000_000).default(256),
  SANDGLASS_REPLAY_FILE: z.string().optional(),
  SANDGLASS_CONSOLE_DIR: z.string().optional(),
  SANDGLASS_ANTHROPIC_URL: z.url().optional(),
  SANDGLASS_ANTHROPIC_API_KEY: z.string().optional(),
  SANDGLASS_OPENAI_URL: z.url().optional(),
  SANDGLASS_OPENAI_API_KEY: z.string().optional(),
  SANDGLASS_MODEL_PRICES: z.string().optional(),
});

export interface Config {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** null: the port after the server's. */
  readonly previewPort: number | null;
  /** Where previews live besides *.localhost: names below it must lead to this server. */
  readonly previewDomain: string | null;
  /** Host names of sandbox ports for agents. `port` null: the second after the server's. `tls`: of that domain. */
  readonly e2b: {
    readonly domain: string;
    readonly port: number | null;
    readonly tls: { readonly certificateFile: string; readonly keyFile: string } | null;
    /** What a sandbox of that door may reach when its agent names nothing. */
    readonly internet: 'allow' | 'deny';
  };
  /** Absolute; the server's own files are in `server/` below it. */
  readonly dataDir: string;
  readonly token: string | undefined;
  readonly logLevel: string;
  /** One line on standard output when ready, and nothing else there. */
  readonly json: boolean;
  readonly allowPublic: boolean;
  readonly allowedHosts: readonly string[];
  readonly tls: { readonly certificateFile: string; readonly keyFile: string } | null;
  /** none: a server that replays a file and makes no sandboxes. */
  readonly driver: 'local' | 'fake' | 'none';
  /** How many sandboxes to keep warm by image; undefined: the driver's default. */
  readonly warm: Readonly<Record<string, number>> | undefined;
  /** What else counts as a secret: one expression (RE2) a line. */
  readonly secretPatterns: readonly string[];
  /** How much of recordings is kept; null: no limit. */
  readonly keep: {
    readonly days: number | null;
    readonly totalBytes: number | null;
    readonly sandboxBytes: number | null;
    /** Below this much free space nothing but events is recorded. */
    readonly freeBytes: number;
  };
  /** The one file to replay, instead of working with sandboxes. */
  readonly replayFile: string | null;
  readonly consoleDirectory: string;
  /** Where the model door forwards to, and the keys that it puts in; null: its provider's own address, no key. */
  readonly models: Readonly<
    Record<'anthropic' | 'openai', { readonly url: string | null; readonly key: string | null }>
  >;
  /** A JSON file: dollars a million tokens by model. */
  readonly modelPricesFile: string | null;
}

/** @throws Error that names the setting and what it may be. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`A setting is not valid.\n  ${lines.join('\n  ')}`);
  }
  const settings = parsed.data;
  const { SANDGLASS_TLS_CERT: certificateFile, SANDGLASS_TLS_KEY: keyFile } = settings;
  if ((certificateFile === undefined) !== (keyFile === undefined))
    throw new Error('SANDGLASS_TLS_CERT and SANDGLASS_TLS_KEY belong together: give both or neither.');
  return {
    host: settings.SANDGLASS_HOST,
    port: settings.SANDGLASS_PORT,
    previewPort: settings.SANDGLASS_PREVIEW_PORT ?? null,
    previewDomain: settings.SANDGLASS_PREVIEW_DOMAIN?.toLowerCase() ?? null,
    e2b: {
      domain: settings.SANDGLASS_E2B_DOMAIN?.toLowerCase() ?? 'sandglass.localhost',
      port: settings.SANDGLASS_E2B_PORT ?? null,
      // The server's own certificate is of its domain only where that was named.
      tls:
        settings.SANDGLASS_E2B_DOMAIN === undefined || certificateFile === undefined || keyFile === undefined
          ? null
          : { certificateFile, keyFile },
      internet: settings.SANDGLASS_E2B_INTERNET,
    },
    dataDir: dataDirectory(settings.SANDGLASS_DATA_DIR),
    token: settings.SANDGLASS_TOKEN === '' ? undefined : settings.SANDGLASS_TOKEN,
    logLevel: settings.SANDGLASS_LOG_LEVEL,
    json: settings.SANDGLASS_JSON,
    allowPublic: settings.SANDGLASS_ALLOW_PUBLIC,
    allowedHosts: settings.SANDGLASS_ALLOWED_HOSTS.split(',')
      .map((host) => host.trim())
      .filter((host) => host !== ''),
    tls: certificateFile === undefined || keyFile === undefined ? null : { certificateFile, keyFile },
    driver: settings.SANDGLASS_DRIVER,
    warm: warmCounts(settings.SANDGLASS_WARM),
    secretPatterns: settings.SANDGLASS_SECRET_PATTERNS.split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
    keep: {
      days: settings.SANDGLASS_KEEP_DAYS,
      totalBytes: bytesOf(settings.SANDGLASS_KEEP_MB),
      sandboxBytes: bytesOf(settings.SANDGLASS_KEEP_SANDBOX_MB),
      freeBytes: settings.SANDGLASS_KEEP_FREE_MB * 1_048_576,
    },
    replayFile: settings.SANDGLASS_REPLAY_FILE ? resolve(settings.SANDGLASS_REPLAY_FILE) : null,
    models: {
      anthropic: { url: settings.SANDGLASS_ANTHROPIC_URL ?? null, key: settings.SANDGLASS_ANTHROPIC_API_KEY || null },
      openai: { url: settings.SANDGLASS_OPENAI_URL ?? null, key: settings.SANDGLASS_OPENAI_API_KEY || null },
    },
    modelPricesFile: settings.SANDGLASS_MODEL_PRICES ? resolve(settings.SANDGLASS_MODEL_PRICES) : null,
    consoleDirectory: settings.SANDGLASS_CONSOLE_DIR ?? fileURLToPath(new URL('../../web/dist', import.meta.url)),
  };
}

const bytesOf = (megabytes: number | null): number | null => (megabytes === null ? null : megabytes * 1_048_576);

function dataDirectory(given: string | undefined): string {
  if (given !== undefined) return isAbsolute(given) ? given : resolve(given);
  return process.getuid?.() === 0 ? '/var/lib/sandglass' : join(homedir(), '.local/share/sandglass');
}

/** `base=2,desktop=1`, or one number for every image. */
function warmCounts(text: string | undefined): Record<string, number> | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text)) return { base: Number(text), desktop: Number(text), browser: Number(text) };
  return Object.fromEntries(text.split(',').map((pair) => [pair.split('=')[0]!, Number(pair.split('=')[1])]));
}
