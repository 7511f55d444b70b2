import { AppError, type CheckedRule, type RuleProblem } from '@sandglass/protocol';
import { parseRule } from './parse.ts';
import { printRule } from './print.ts';
import { RuleError } from './ruleError.ts';
import { partsOf } from './ruleParts.ts';

/** What a text says, or what is wrong with it and where. */
export function checkRule(text: string): CheckedRule {
  try {
    const rule = parseRule(text);
    return { ok: true, text: printRule(rule), parts: partsOf(rule) };
  } catch (error) {
    if (error instanceof RuleError) return { ok: false, problem: error.problem(text) };
    throw error;
  }
}

/** The one way to write it. @throws AppError `badRequest` with the place in `details` */
export function written(text: string): string {
  const checked = checkRule(text);
  if (checked.ok) return checked.text;
  throw refusal(checked.problem, '');
}

const refusal = (problem: RuleProblem, which: string): AppError =>
  new AppError('badRequest', `${which}Line ${problem.line}, column ${problem.column}: ${problem.message}`, {
    details: { problem },
  });

/** Says which rule of a file it is. */
export function readAt<T>(at: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const problem = error instanceof AppError ? (error.details?.['problem'] as RuleProblem | undefined) : undefined;
    if (problem) throw refusal(problem, `Rule ${at + 1} of the file: `);
    throw error;
  }
}
