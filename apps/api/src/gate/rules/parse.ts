/**
 * Text → tree, by recursive descent; every refusal says where and what was expected.
 *
 *   rule      = trigger [ [ "where" ] condition ] "→" action { "," action }
 *   trigger   = ( "before" | "after" ) name { "or" name } | "on" event { "or" event }
 *   condition = all { "or" all }         all  = part { "and" part }
 *   part      = "not" part | "(" condition ")" | test
 *   test      = [ field ] "matching" pattern | field [ comparison value | "in" "(" value { "," value } ")" | "inside" box ]
 *   pattern   = "text" | glob "text" | /expression/[i]
 *   action    = hold | ask | checkpoint | refuse "reason" | notify [ "message" ] | log [ "message" ]
 */
import { fieldNamesFor, findField, refusalOf } from './fields.ts';
import { sizeOf } from './patterns.ts';
import { RuleError } from './ruleError.ts';
import {
  type Action,
  type Box,
  type Comparison,
  type Condition,
  events,
  limits,
  type Pattern,
  type RuleSyntax,
  type Test,
  type Trigger,
  type Value,
} from './syntax.ts';
import { type Token, tokensOf } from './tokens.ts';
import { findUnit, type UnitType, unitNames } from './units.ts';

/** @throws RuleError */
export function parseRule(text: string): RuleSyntax {
  return new Parser(tokensOf(text)).rule();
}

type Field = NonNullable<ReturnType<typeof findField>>;

const reserved = new Set([
  'where',
  'and',
  'or',
  'not',
  'matching',
  'matches',
  'contains',
  'is',
  'in',
  'inside',
  'glob',
]);
const comparisons: Readonly<Record<string, Comparison>> = {
  is: 'is',
  '=': 'is',
  '==': 'is',
  '!=': 'is not',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};
const arrows = ['→', '->', '=>'];
const NAME = /^(?:[A-Za-z_][A-Za-z0-9_-]*)(?:\.[A-Za-z0-9_-]+)*(?:\.\*)?$/;

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #tests = 0;
  #trigger: Trigger = { moment: 'before', names: [] };

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  rule(): RuleSyntax {
    this.#trigger = this.#readTrigger();
    const where = this.#skip('where');
    const condition = !where && this.#isOneOf(arrows) ? null : this.#either();
    if (!this.#isOneOf(arrows)) this.#fail(['→', ...(condition === null ? ['where'] : ['and', 'or'])]);
    this.#at++;
    const actions = [this.#action([])];
    while (this.#skip(',')) actions.push(this.#action(actions));
    if (this.#now.kind !== 'end') this.#fail([',', 'the end']);
    return { trigger: this.#trigger, condition, actions };
  }

  get #now(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #isOneOf(values: readonly string[]): boolean {
    return (this.#now.kind === 'word' || this.#now.kind === 'sign') && values.includes(this.#now.value);
  }

  #skip(value: string): boolean {
    const is = this.#isOneOf([value]);
    if (is) this.#at++;
    return is;
  }

  #fail(expected: readonly string[], token = this.#now): never {
    const found = token.kind === 'end' ? 'the rule ends here' : `this is ${describe(token)}`;
    throw new RuleError(`Expected ${listed(expected)}; ${found}.`, token, expected);
  }

  #readTrigger(): Trigger {
    const moment = (['before', 'after', 'on'] as const).find((each) => this.#skip(each));
    if (moment === undefined) this.#fail(['before', 'after', 'on']);
    const names: string[] = [];
    do names.push(moment === 'on' ? this.#eventName() : this.#callName());
    while (this.#skip('or'));
    if (names.length > limits.names)
      throw new RuleError(`A rule names at most ${limits.names} calls.`, this.#tokens[this.#at - 1] as Token);
    const any = names.includes('call');
    return { moment, names: any ? [] : [...new Set(names)] };
  }

  #callName(): string {
    const { kind, value } = this.#now;
    if (value === '*' && kind === 'word') {
      this.#at++;
      return 'call';
    }
    if (kind !== 'word' || reserved.has(value) || !NAME.test(value))
      this.#fail(['call', 'exec', 'write', 'another name of a call', 'computer.*']);
    this.#at++;
    return value;
  }

  #eventName(): string {
    const { kind, value } = this.#now;
    if (kind !== 'word' || !(events as readonly string[]).includes(value)) this.#fail(events);
    this.#at++;
    return value;
  }

  #either(): Condition {
    return this.#chain('or', () => this.#chain('and', () => this.#part()));
  }

  #chain(kind: 'and' | 'or', next: () => Condition): Condition {
    const parts = [next()];
    while (this.#skip(kind)) parts.push(next());
    if (parts.length === 1) return parts[0] as Condition;
    // What stood in brackets without need is one list.
    return { kind, of: parts.flatMap((part) => (part.kind === kind ? part.of : [part])) };
  }

  #part(): Condition {
    const start = this.#now;
    if (++this.#depth > limits.depth) throw new RuleError(`Brackets and “not” go at most ${limits.depth} deep.`, start);
    try {
      if (this.#skip('not')) return { kind: 'not', of: this.#part() };
      if (this.#skip('(')) {
        const inner = this.#either();
        if (!this.#skip(')')) this.#fail([')', 'and', 'or']);
        return inner;
      }
      if (++this.#tests > limits.tests)
        throw new RuleError(`A rule has at most ${limits.tests} tests. Make two rules of it.`, start);
      return this.#test();
    } finally {
      this.#depth--;
    }
  }

  #test(): Test {
    if (this.#isMatching()) return { kind: 'matching', field: 'text', pattern: this.#pattern() };
    const token = this.#now;
    const { moment, names } = this.#trigger;
    const field = token.kind === 'word' && !reserved.has(token.value) ? findField(token.value) : undefined;
    if (!field) this.#fail(['matching', 'not', '(', ...fieldNamesFor(moment, names)]);
    const refusal = refusalOf(token.value, field, this.#trigger);
    if (refusal !== undefined) throw new RuleError(refusal, token, fieldNamesFor(moment, names));
    this.#at++;
    if (field.type === 'flag') return { kind: 'flag', field: token.value };
    return this.#comparison(token.value, field);
  }

  #comparison(name: string, field: Field): Test {
    if (field.type === 'point') {
      if (!this.#skip('inside')) this.#fail(['inside']);
      return { kind: 'inside', field: name, box: this.#box() };
    }
    const texts = field.type === 'text' || field.type === 'any';
    if (texts && this.#isMatching()) return { kind: 'matching', field: name, pattern: this.#pattern() };
    if (this.#skip('in')) return { kind: 'in', field: name, values: this.#listOf(() => this.#value(field)) };
    const token = this.#now;
    const by = token.kind === 'word' || token.kind === 'sign' ? comparisons[token.value] : undefined;
    const ordered = field.type !== 'text' && field.type !== 'choice';
    if (by === undefined || (!ordered && by !== 'is' && by !== 'is not'))
      this.#fail([...(texts ? ['matching'] : []), 'is', 'is not', 'in', ...(ordered ? ['<', '<=', '>', '>='] : [])]);
    this.#at++;
    const really: Comparison = by === 'is' && token.value === 'is' && this.#skip('not') ? 'is not' : by;
    const start = this.#now;
    const value = this.#value(field);
    if (typeof value === 'string' && really !== 'is' && really !== 'is not') this.#fail(['a number'], start);
    return { kind: 'compare', field: name, by: really, value };
  }

  #isMatching(): boolean {
    return this.#isOneOf(['matching', 'matches', 'contains']);
  }

  #pattern(): Pattern {
    this.#at++;
    const isGlob = this.#skip('glob');
    const token = this.#now;
    if (token.kind === 'text' && token.value !== '') {
      if (isGlob && token.value.length > limits.globCharacters)
        throw new RuleError(`A glob has at most ${limits.globCharacters} characters.`, token);
      this.#at++;
      return { kind: isGlob ? 'glob' : 'text', text: token.value };
    }
    if (token.kind === 'text') throw new RuleError('This text is empty. Say what is looked for.', token, ['"a text"']);
    if (token.kind !== 'regexp' || isGlob)
      this.#fail(isGlob ? ['"a glob"'] : ['"a text"', 'glob "a glob"', '/an expression/']);
    return this.#regexp(token);
  }

  #regexp(token: Token): Pattern {
    if (token.suffix !== '' && token.suffix !== 'i')
      throw new RuleError(`“${token.suffix}” is no flag here; i is, to ignore case.`, token, ['i']);
    if (token.value.length > limits.regexpCharacters)
      throw new RuleError(`An expression has at most ${limits.regexpCharacters} characters.`, token);
    const pattern = { kind: 'regexp', source: token.value, ignoreCase: token.suffix === 'i' } as const;
    const size = sizeOf(pattern);
    if (typeof size === 'string') throw new RuleError(`This expression cannot be read: ${size}.`, token);
    if (size > limits.regexpSize)
      throw new RuleError(
        `This expression is too costly (${size} steps a character; at most ${limits.regexpSize}). Shorten what is repeated.`,
        token,
      );
    this.#at++;
    return pattern;
  }

  #value(field: Field): Value {
    const token = this.#now;
    const { type, values = [] } = field;
    if (type === 'choice') {
      if ((token.kind !== 'word' && token.kind !== 'text') || !values.includes(token.value)) this.#fail(values);
    } else if (type === 'text') {
      if (token.kind !== 'text') this.#fail(['"a text"']);
    } else if (type === 'any') {
      if (token.kind !== 'text' && token.kind !== 'number') this.#fail(['"a text"', 'a number']);
    } else if (token.kind !== 'number') this.#fail(type === 'duration' ? ['a time such as 10s'] : ['a number']);
    this.#at++;
    return token.kind === 'number'
      ? numberOf(token, type === 'duration' || type === 'bytes' ? type : null)
      : token.value;
  }

  #listOf<T>(next: () => T): T[] {
    if (!this.#skip('(')) this.#fail(['(']);
    const items = [next()];
    while (this.#skip(',')) items.push(next());
    if (!this.#skip(')')) this.#fail([',', ')']);
    if (items.length > limits.names)
      throw new RuleError(`A list has at most ${limits.names} values.`, this.#tokens[this.#at - 1] as Token);
    return items;
  }

  #box(): Box {
    const start = this.#now;
    const numbers = this.#listOf(() => {
      if (this.#now.kind !== 'number') this.#fail(['a number']);
      return numberOf(this.#tokens[this.#at++] as Token, null);
    });
    if (numbers.length !== 4)
      throw new RuleError('A region is (left, top, width, height).', start, ['(left, top, width, height)']);
    const [left, top, width, height] = numbers as [number, number, number, number];
    return { left, top, width, height };
  }

  #action(before: readonly Action[]): Action {
    const token = this.#now;
    const { moment } = this.#trigger;
    const known = {
      before: ['hold', 'ask', 'refuse', 'checkpoint', 'notify', 'log'],
      after: ['hold', 'checkpoint', 'notify', 'log'],
    };
    const allowed = moment === 'before' ? known.before : known.after;
    if (token.kind !== 'word' || !known.before.includes(token.value)) this.#fail(allowed);
    if (!allowed.includes(token.value))
      throw new RuleError(`“${token.value}” comes too late ${moment} it. Write “before”, or hold.`, token, allowed);
    this.#at++;
    const text = this.#now.kind === 'text' ? this.#now : undefined;
    const action = actionOf(token.value, text?.value ?? null);
    if (!action) this.#fail(['"the reason"']);
    if ('message' in action || 'reason' in action) this.#at += text ? 1 : 0;
    const deciding = ['hold', 'ask', 'refuse'];
    const rival = before.find(
      (each) => each.kind === action.kind || (deciding.includes(each.kind) && deciding.includes(action.kind)),
    );
    if (rival)
      throw new RuleError(
        rival.kind === action.kind
          ? `“${action.kind}” is there already.`
          : `“${rival.kind}” and “${action.kind}” cannot both be.`,
        token,
      );
    return action;
  }
}

function actionOf(kind: string, text: string | null): Action | undefined {
  if (kind === 'hold' || kind === 'ask' || kind === 'checkpoint') return { kind };
  if (kind === 'notify' || kind === 'log') return { kind, message: text };
  return text === null || text === '' ? undefined : { kind: 'refuse', reason: text };
}

function numberOf(token: Token, unit: UnitType | null): number {
  const factor = unit === null ? (token.suffix === '' ? 1 : undefined) : findUnit(unit, token.suffix);
  if (factor === undefined) {
    const expected = unit === null ? ['a number without a unit'] : unitNames(unit);
    const said = token.suffix === '' ? `${token.value} needs a unit` : `“${token.suffix}” is no unit here`;
    throw new RuleError(`${said}: expected ${listed(expected)}.`, token, expected);
  }
  const value = Math.round(Number(token.value) * factor * 1e6) / 1e6;
  if (Math.abs(value) > 1e15) throw new RuleError('This number is too large.', token);
  // Never -0.
  return value + 0;
}

function describe(token: Token): string {
  if (token.kind === 'text') return 'a text';
  if (token.kind === 'regexp') return 'an expression';
  return `“${token.value}${token.kind === 'number' ? token.suffix : ''}”`;
}

function listed(items: readonly string[]): string {
  if (items.length <= 1) return items.join('');
  return `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}
