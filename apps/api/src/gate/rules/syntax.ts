/** What a rule says, as a tree. The text is what is kept; this is what it means. */

export type Moment = 'before' | 'after' | 'on';

export const events = ['file', 'request', 'output', 'exit', 'phase', 'checkpoint', 'window', 'page'] as const;
export type EventName = (typeof events)[number];

/** `names` are call names (the last part may be `*`) or event words; empty = any call. */
export interface Trigger {
  readonly moment: Moment;
  readonly names: readonly string[];
}

export type Pattern =
  /** The value holds this text somewhere. */
  | { readonly kind: 'text'; readonly text: string }
  /** The whole value: `*` within a path segment, `**` across them, `?` one character. */
  | { readonly kind: 'glob'; readonly text: string }
  /** RE2, somewhere in the value. */
  | { readonly kind: 'regexp'; readonly source: string; readonly ignoreCase: boolean };

export type Comparison = 'is' | 'is not' | '<' | '<=' | '>' | '>=';
export type Value = string | number;

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** `field` is a name of the table in fields.ts, or `argument.…` or `result.…`. */
export type Test =
  | { readonly kind: 'flag'; readonly field: string }
  | { readonly kind: 'matching'; readonly field: string; readonly pattern: Pattern }
  | { readonly kind: 'compare'; readonly field: string; readonly by: Comparison; readonly value: Value }
  | { readonly kind: 'in'; readonly field: string; readonly values: readonly Value[] }
  | { readonly kind: 'inside'; readonly field: string; readonly box: Box };

/** `and` and `or` have at least two parts and never hold one of their own kind. */
export type Condition =
  | { readonly kind: 'and'; readonly of: readonly Condition[] }
  | { readonly kind: 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | Test;

export type Action =
  | { readonly kind: 'hold' }
  | { readonly kind: 'ask' }
  | { readonly kind: 'refuse'; readonly reason: string }
  | { readonly kind: 'checkpoint' }
  | { readonly kind: 'notify'; readonly message: string | null }
  | { readonly kind: 'log'; readonly message: string | null };

export interface RuleSyntax {
  readonly trigger: Trigger;
  readonly condition: Condition | null;
  readonly actions: readonly Action[];
}

/** A rule is written by people and agents: bounded, so that none costs more than it may. */
export const limits = {
  characters: 2_000,
  depth: 16,
  tests: 64,
  names: 32,
  actions: 6,
  regexpCharacters: 500,
  globCharacters: 300,
  /** Instructions of a compiled expression: its cost for each character. A usual one has ten to fifty. */
  regexpSize: 250,
} as const;
