import type { PortInfo } from '@sandglass/protocol';
import { z } from 'zod';
import { readPreference, writePreference } from '../../platform/storage.ts';

/** What is probably spoken on a port. Only a guess: nothing was asked. */
export function guessOf({ port, process }: Pick<PortInfo, 'port' | 'process'>): 'http' | 'cdp' | 'database' | null {
  const name = process ?? '';
  if (port === 9222 || port === 9229 || (/chrom/.test(name) && port !== 80)) return 'cdp';
  if (/^(postgres|mysqld|mariadbd|redis|mongod)/.test(name) || [5432, 3306, 6379, 27017].includes(port))
    return 'database';
  if (/^(node|python|ruby|php|java|deno|bun|nginx|caddy|httpd|apache|vite|next|uvicorn|gunicorn)/.test(name))
    return 'http';
  return [80, 3000, 3001, 4173, 4200, 5000, 5173, 8000, 8080, 8081, 8888].includes(port) ? 'http' : null;
}

/** Labels a person gave to ports, of their last sandboxes, in this browser. */
const Labels = z.record(z.string(), z.record(z.string(), z.string().max(40)));
const KEY = 'portLabels';
const MOST_SANDBOXES = 100;

export const readLabels = (sandbox: string): Readonly<Record<string, string>> =>
  readPreference(KEY, Labels)?.[sandbox] ?? {};

/** An empty label takes it away. */
export function writeLabel(sandbox: string, port: number, label: string): Readonly<Record<string, string>> {
  const { [sandbox]: before = {}, ...others } = readPreference(KEY, Labels) ?? {};
  const { [port]: _, ...rest } = before;
  const labels = label.trim() === '' ? rest : { ...rest, [port]: label.trim().slice(0, 40) };
  const kept = Object.fromEntries(Object.entries(others).slice(-(MOST_SANDBOXES - 1)));
  writePreference(KEY, { ...kept, [sandbox]: labels });
  return labels;
}
