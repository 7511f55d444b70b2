import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRule } from './parse.ts';
import { printRule } from './print.ts';
import { RuleError } from './ruleError.ts';
import { limits } from './syntax.ts';
import { anyRule } from './test/anyRule.ts';

const problemOf = (text: string) => {
  try {
    parseRule(text);
  } catch (error) {
    if (error instanceof RuleError) return error.problem(text);
    throw error;
  }
  throw new Error(`“${text}” was read`);
};
const canonical = (text: string) => printRule(parseRule(text));

describe('parseRule', () => {
  it.each([
    ['before exec matching "rm -rf" → hold', undefined],
    ['before exec matching "rm -rf" -> hold', 'before exec matching "rm -rf" → hold'],
    ['before call => ask', 'before call → ask'],
    ['before * → hold', 'before call → hold'],
    ['on file where path matching glob "**/src/**" → checkpoint, hold', undefined],
    [
      'after exec where exit != 0 and duration > 90s → hold',
      'after exec where exit is not 0 and duration > 90s → hold',
    ],
    ['after exec where failed → notify "tests fail"', undefined],
    ['before browser.navigate where not host in ("localhost", "127.0.0.1") → refuse "stay here"', undefined],
    ['before computer.click where at inside (0, 0, 400, 300) → ask', undefined],
    [
      'before call where (actor = agent or door is mcp) and repeats >= 5 → hold',
      'before call where (actor is agent or door is mcp) and repeats >= 5 → hold',
    ],
    ['before call where ((name is "exec")) → hold', 'before call where name is "exec" → hold'],
    ['before exec where path matching /^\\/etc\\/(passwd|shadow)$/i → refuse "no"', undefined],
    ['on request where sent > 1500KB or verdict is denied → log "{host} got {sent}"', undefined],
    ['after call where duration > 60000ms → log', 'after call where duration > 1min → log'],
    ['on output matching /error|FAIL/ → hold', undefined],
    ['before write or remove where argument.path is "/etc/hosts" → hold', undefined],
  ])('reads %s', (text, written) => {
    expect(canonical(text)).toBe(written ?? text);
  });

  it('binds not before and, and before or', () => {
    expect(
      parseRule('before call where not name is "a" and name is "b" or name is "c" → hold').condition,
    ).toMatchObject({
      kind: 'or',
      of: [{ kind: 'and', of: [{ kind: 'not' }, { kind: 'compare' }] }, { kind: 'compare' }],
    });
  });

  it.each([
    ['', 1, 'Expected before, after or on; the rule ends here.'],
    ['befor exec → hold', 1, 'Expected before, after or on; this is “befor”.'],
    ['before exec', 12, 'Expected matching, not,'],
    ['before exec matching → hold', 22, 'Expected "a text", glob "a glob" or /an expression/; this is “→”.'],
    ['before exec matching "" → hold', 22, 'This text is empty. Say what is looked for.'],
    ['before exec matching "rm → hold', 22, 'This text has no closing ".'],
    ['before exec matching /rm → hold', 22, 'This expression has no closing /.'],
    ['before exec matching /(/ → hold', 22, 'This expression cannot be read: missing closing )'],
    ['before exec matching /a{200}b{200}/ → hold', 22, 'This expression is too costly'],
    ['before exec matching “rm” → hold', 22, 'Put texts between " and ".'],
    ['before exec where exit is 1 → hold', 19, '“exit” is only known after a call. Write “after”.'],
    ['before exec where change is created → hold', 19, '“change” is not known of calls; it is known on file.'],
    ['on file where exit is 1 → hold', 15, '“exit” is not known on file.'],
    ['after exec where duration > 10 → hold', 29, '10 needs a unit: expected ms, s, min or h.'],
    ['after exec where exit > "a" → hold', 25, 'Expected a number; this is a text.'],
    [
      'before exec where door is home → hold',
      27,
      'Expected native, console, e2b, mcp, cdp, computer or model; this is “home”.',
    ],
    ['before exec where (text is "a" → hold', 32, 'Expected ), and or or; this is “→”.'],
    ['before exec → stop', 15, 'Expected hold, ask, refuse, checkpoint, notify or log; this is “stop”.'],
    ['before exec → refuse', 21, 'Expected "the reason"; the rule ends here.'],
    ['before exec → hold, refuse "x"', 21, '“hold” and “refuse” cannot both be.'],
    ['before exec → log, log', 20, '“log” is there already.'],
    ['after exec → refuse "no"', 14, '“refuse” comes too late after it.'],
    ['before exec → hold please', 20, 'Expected , or the end; this is “please”.'],
    ['on click → hold', 4, 'Expected file, request, output, exit, phase, checkpoint, window or page; this is “click”.'],
    ['before call where at inside (1, 2, 3) → hold', 29, 'A region is (left, top, width, height).'],
    ['before exec where nothing is 1 → hold', 19, 'Expected matching, not, (, text, name'],
  ])('says where %s is wrong', (text, column, message) => {
    const problem = problemOf(text);
    expect([problem.line, problem.column]).toEqual([1, column]);
    expect(problem.message).toContain(message);
  });

  it('counts lines and columns', () => {
    expect(problemOf('before exec\n  where exti is 1\n  → hold')).toMatchObject({
      line: 2,
      column: 9,
      at: 20,
      length: 4,
    });
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(anyRule, (rule) => {
        const text = printRule(rule);
        fc.pre(text.length <= limits.characters);
        expect(parseRule(text)).toEqual(rule);
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses with a place, whatever it is given', () => {
    const words = fc.constantFrom(
      ...'before after on exec call file where matching glob is in inside not and or ( ) , → "x" /a+/ 10s 3 exit path hold log'.split(
        ' ',
      ),
    );
    const mixed = fc
      .array(fc.oneof(words, fc.string({ maxLength: 6, unit: 'binary' })), { maxLength: 40 })
      .map((parts) => parts.join(' '));
    fc.assert(
      fc.property(fc.oneof(mixed, fc.string({ unit: 'binary' })), (text) => {
        try {
          parseRule(text);
        } catch (error) {
          if (!(error instanceof RuleError)) throw error;
          const { at, length } = error.problem(text);
          expect(at).toBeGreaterThanOrEqual(0);
          expect(at + length).toBeLessThanOrEqual(text.length + 1);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['brackets', (n: number) => `before call where ${'('.repeat(n)}text is "a"${')'.repeat(n)} → hold`, 'deep'],
    ['nots', (n: number) => `before call where ${'not '.repeat(n)}text is "a" → hold`, 'deep'],
    ['tests', (n: number) => `before call where ${Array(n).fill('count>1').join(' or ')} → hold`, 'at most 64 tests'],
    ['characters', (n: number) => `before call matching "${'x'.repeat(n * 20)}" → hold`, 'at most 2000 characters'],
  ])('bounds its %s', (_, make, message) => {
    expect(() => parseRule(make(8))).not.toThrow();
    expect(problemOf(make(120)).message).toContain(message);
  });
});
