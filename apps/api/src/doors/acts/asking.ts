/** How an act is asked for: until when somebody waits for it, and who is told what people do to it meanwhile. */
import { z } from 'zod';
import type { AskedCall } from '../../services.ts';

export interface Asking {
  readonly signal?: AbortSignal;
  readonly told?: Pick<AskedCall<Record<string, unknown>, unknown>, 'onHeld' | 'onNotice'>;
}

/** What a person answers in the place of an act that is told in words. */
export const answerInWords = {
  parse: (value: unknown): string => z.object({ text: z.string().max(100_000) }).parse(value).text,
};
