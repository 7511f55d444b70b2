import { AppError } from '@sandglass/protocol';
import { z } from 'zod';

/** What a model gave to its tool. @throws AppError badRequest in words that it can read */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new AppError('badRequest', `The input of this tool is not valid.\n${z.prettifyError(result.error)}`);
}
