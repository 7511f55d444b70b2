/** Text that people and agents give: bounded, and free of control characters (terminal escapes, line breaks, bidi overrides). */
import { z } from 'zod';

// Controls, bidi overrides and isolates, zero-width and line separators: each can make a name look like another.
const HOSTILE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

/** A short human label on one line. */
export const Label = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !HOSTILE.test(text), 'must not hold control, bidi or zero-width characters');

export const Labels = z
  .record(
    z.string().regex(/^[a-z0-9][a-z0-9._/-]{0,62}$/, 'label keys are lower-case letters, digits and . _ / -'),
    z.string().max(256),
  )
  .refine((labels) => Object.keys(labels).length <= 32, 'at most 32 labels');

export const VariableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'not a variable name');
export const VariableValue = z
  .string()
  .max(32_768)
  .refine((v) => !v.includes('\0'), 'must not hold NUL');
export const Environment = z
  .record(VariableName, VariableValue)
  .refine((env) => Object.keys(env).length <= 256, 'at most 256 variables');

/** Shorter values stand in every text by chance, so they could not be removed from one. */
export const Secrets = Environment.refine(
  (secrets) => Object.values(secrets).every((value) => value.length >= 6),
  'a secret needs at least 6 characters; shorter ones cannot be told from other text',
);

/** A path inside a sandbox. Relative ones start at the user's home. `..` is resolved inside the sandbox and cannot leave it. */
export const SandboxPath = z
  .string()
  .min(1)
  .max(4096)
  .refine((path) => !path.includes('\0'), 'must not hold NUL')
  .meta({ id: 'SandboxPath', example: '/home/user/app/main.py' });
