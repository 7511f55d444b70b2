import { type CreateSandbox, Environment, ImageName, Label, Labels } from '@sandglass/protocol';
import { z } from 'zod';
import { parseHosts } from '../../platform/egressRules.ts';

/** What the sheet holds while it is filled in: plain texts, as typed. */
export const CreateForm = z.object({
  source: z.enum(['image', 'checkpoint']),
  image: ImageName,
  checkpoint: z.string(),
  name: z.string(),
  cpus: z.string(),
  memoryMb: z.string(),
  diskMb: z.string(),
  pids: z.string(),
  hosts: z.string(),
  labels: z.string(),
  environment: z.string().default(''),
  screen: z.enum(['usual', '1024x768', '1440x900', '1920x1080', 'headless']).default('usual'),
  ttl: z.enum(['never', '1h', '8h', '24h']),
  idle: z.enum(['never', 'freeze30m', 'kill2h']),
});
export type CreateForm = z.infer<typeof CreateForm>;

export const emptyForm: CreateForm = {
  source: 'image',
  image: 'desktop',
  checkpoint: '',
  name: '',
  cpus: '',
  memoryMb: '',
  diskMb: '',
  pids: '',
  hosts: '',
  labels: '',
  environment: '',
  screen: 'usual',
  ttl: 'never',
  idle: 'never',
};

const HOUR_MS = 3_600_000;
const ttlMs = { never: undefined, '1h': HOUR_MS, '8h': 8 * HOUR_MS, '24h': 24 * HOUR_MS } as const;
const idle = {
  never: undefined,
  freeze30m: { afterMs: HOUR_MS / 2, action: 'freeze' },
  kill2h: { afterMs: 2 * HOUR_MS, action: 'kill' },
} as const;

/** `NAME=value`, one a line; what follows the first `=` is the value as it is. @throws Error that names the first bad one */
export function parseEnvironment(text: string): Record<string, string> {
  const entries = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const at = line.indexOf('=');
      if (at < 1) throw new Error(`“${line.trim()}” is not NAME=value`);
      const name = line.slice(0, at).trim();
      if (!Environment.safeParse({ [name]: '' }).success) throw new Error(`“${name}” cannot be a variable's name`);
      return [name, line.slice(at + 1)] as const;
    });
  const environment = Environment.safeParse(Object.fromEntries(entries));
  if (!environment.success) throw new Error(environment.error.issues[0]?.message ?? 'not an environment');
  return environment.data;
}

function parseScreen(text: CreateForm['screen']): { width: number; height: number } | undefined {
  const [width, height] = text.split('x').map(Number);
  return width === undefined || height === undefined ? undefined : { width, height };
}

export type FormErrors = Partial<Record<keyof CreateForm, string>>;
export type FormResult =
  | { readonly ok: true; readonly body: CreateSandbox }
  | { readonly ok: false; readonly errors: FormErrors };

/** `key=value`, one a line. @throws Error that names the first bad one */
export function parseLabels(text: string): Record<string, string> {
  const entries = text
    .split(/[\n,]+/)
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const at = line.indexOf('=');
      if (at < 1) throw new Error(`“${line}” is not key=value`);
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()] as const;
    });
  const labels = Labels.safeParse(Object.fromEntries(entries));
  if (!labels.success) throw new Error(labels.error.issues[0]?.message ?? 'not labels');
  return labels.data;
}

/** The form as a request, or what is wrong with which field. */
export function readForm(form: CreateForm): FormResult {
  const errors: FormErrors = {};
  const attempt = <T>(field: keyof CreateForm, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      errors[field] = error instanceof Error ? error.message : 'not valid';
      return undefined;
    }
  };
  const number = (field: 'cpus' | 'memoryMb' | 'diskMb' | 'pids') =>
    attempt(field, () => {
      if (form[field].trim() === '') return undefined;
      const value = Number(form[field]);
      if (!Number.isFinite(value) || value <= 0) throw new Error('a number above 0');
      if (field !== 'cpus' && !Number.isInteger(value)) throw new Error('a whole number');
      return value;
    });
  const limits = Object.fromEntries(
    (['cpus', 'memoryMb', 'diskMb', 'pids'] as const)
      .map((field) => [field, number(field)] as const)
      .filter(([, value]) => value !== undefined),
  );
  const allow = attempt('hosts', () => parseHosts(form.hosts));
  const labels = attempt('labels', () => parseLabels(form.labels));
  const environment = attempt('environment', () => parseEnvironment(form.environment));
  const mayShow = form.source === 'image' && (form.image === 'desktop' || form.image === 'browser');
  const screen = mayShow ? parseScreen(form.screen) : undefined;
  const name = attempt('name', () => {
    if (form.name.trim() === '') return undefined;
    const parsed = Label(80).safeParse(form.name);
    if (!parsed.success) throw new Error(parsed.error.issues[0]?.message ?? 'not a name');
    return parsed.data;
  });
  if (form.source === 'checkpoint' && form.checkpoint === '') errors.checkpoint = 'choose one';
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  const ttl = ttlMs[form.ttl];
  const policy = idle[form.idle];
  const body = {
    ...(form.source === 'image' ? { image: form.image } : { checkpoint: form.checkpoint }),
    ...(name === undefined ? {} : { name }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(allow === undefined || allow.length === 0 ? {} : { egress: { allow } }),
    ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { labels }),
    ...(environment === undefined || Object.keys(environment).length === 0 ? {} : { environment }),
    ...(screen === undefined ? {} : { screen }),
    ...(mayShow && form.screen === 'headless' ? { headless: true } : {}),
    ...(ttl === undefined ? {} : { ttlMs: ttl }),
    ...(policy === undefined ? {} : { idle: policy }),
  } as CreateSandbox;
  return { ok: true, body };
}
