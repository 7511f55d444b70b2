import type { RuleProblem } from '@sandglass/protocol';

/** A rule that cannot be read: where in its text, and what would be right there. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
  readonly at: number;
  readonly length: number;
  readonly expected: readonly string[];

  constructor(message: string, place: { at: number; length?: number }, expected: readonly string[] = []) {
    super(message);
    this.at = place.at;
    this.length = place.length ?? 1;
    this.expected = expected;
  }

  /** With line and column, both from 1, as editors count. */
  problem(text: string): RuleProblem {
    const before = text.slice(0, this.at);
    const line = before.split('\n').length;
    return {
      message: this.message,
      at: this.at,
      length: this.length,
      line,
      column: this.at - (before.lastIndexOf('\n') + 1) + 1,
      expected: [...this.expected],
    };
  }
}
