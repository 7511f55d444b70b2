import type { SandboxId } from '@sandglass/protocol';
import { z } from 'zod';
import { emptyQuestion, type FindQuestion } from './findModel.ts';

const Kept = z.object({
  query: z.string(),
  regex: z.boolean(),
  case: z.boolean(),
  word: z.boolean(),
  include: z.string(),
  exclude: z.string(),
  everything: z.boolean(),
});

const keyOf = (sandbox: SandboxId) => `sandglass.find.${sandbox}`;

/** A half-typed question survives a reload of its tab. */
export function readQuestion(sandbox: SandboxId): FindQuestion {
  try {
    const parsed = Kept.safeParse(JSON.parse(sessionStorage.getItem(keyOf(sandbox)) ?? 'null'));
    return parsed.success ? parsed.data : emptyQuestion;
  } catch {
    return emptyQuestion;
  }
}

export function keepQuestion(sandbox: SandboxId, question: FindQuestion): void {
  try {
    sessionStorage.setItem(keyOf(sandbox), JSON.stringify(question));
  } catch {
    // Full or forbidden: only convenience is lost.
  }
}
