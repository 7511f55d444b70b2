import type { z } from 'zod';

/** A person's preference in this browser. What cannot be read, or is of another version, counts as absent. */
export function readPreference<T>(key: string, schema: z.ZodType<T>): T | undefined {
  try {
    const text = localStorage.getItem(`sandglass.${key}`);
    if (text === null) return undefined;
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Storage may be full or forbidden; a preference is never worth an error. */
export function writePreference(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(`sandglass.${key}`);
    else localStorage.setItem(`sandglass.${key}`, JSON.stringify(value));
  } catch {
    // The choice holds for this page.
  }
}
