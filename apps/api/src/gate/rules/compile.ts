/** Tree → predicate. Every test is a closure made once, so that holding a call against a rule makes nothing. */
import type { Facts, FactValue, Point } from './facts.ts';
import { compilePattern } from './patterns.ts';
import type { Comparison, Condition, Test, Value } from './syntax.ts';

export type Predicate = (facts: Facts) => boolean;

export function compileCondition(condition: Condition | null): Predicate {
  if (condition === null) return () => true;
  switch (condition.kind) {
    case 'and': {
      const parts = condition.of.map(compileCondition);
      return (facts) => parts.every((part) => part(facts));
    }
    case 'or': {
      const parts = condition.of.map(compileCondition);
      return (facts) => parts.some((part) => part(facts));
    }
    case 'not': {
      const part = compileCondition(condition.of);
      return (facts) => !part(facts);
    }
    default:
      return compileTest(condition);
  }
}

function compileTest(test: Test): Predicate {
  const read = readerOf(test.field);
  switch (test.kind) {
    case 'flag':
      return (facts) => read(facts) === true;
    case 'matching': {
      const matches = compilePattern(test.pattern);
      return (facts) => anyOf(read(facts), (value) => matches(String(value)));
    }
    case 'compare': {
      const holds = comparison(test.by, test.value);
      // “is not” is the opposite of “is”: of several values none is it.
      if (test.by === 'is not') return (facts) => !anyOf(read(facts), holds);
      return (facts) => anyOf(read(facts), holds);
    }
    case 'in': {
      const each = test.values.map((value) => comparison('is', value));
      return (facts) => anyOf(read(facts), (value) => each.some((holds) => holds(value)));
    }
    case 'inside': {
      const { left, top, width, height } = test.box;
      return (facts) => {
        const point = read(facts);
        if (!isPoint(point)) return false;
        return point.x >= left && point.x < left + width && point.y >= top && point.y < top + height;
      };
    }
  }
}

function readerOf(field: string): (facts: Facts) => unknown {
  const [of, ...path] = field.split('.');
  if ((of === 'argument' || of === 'result') && path.length > 0) return (facts) => facts.member(of, path);
  return (facts) => facts.get(field) satisfies FactValue;
}

/** `is not` is turned by its caller. */
function comparison(by: Comparison, wanted: Value): (value: unknown) => boolean {
  if (typeof wanted === 'string') return (value) => (typeof value === 'boolean' ? String(value) : value) === wanted;
  switch (by) {
    case '<':
      return (value) => numberOf(value) < wanted;
    case '<=':
      return (value) => numberOf(value) <= wanted;
    case '>':
      return (value) => numberOf(value) > wanted;
    case '>=':
      return (value) => numberOf(value) >= wanted;
    default:
      return (value) => numberOf(value) === wanted;
  }
}

/** Agents send numbers as texts, too. NaN compares with nothing. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.length <= 32 && value.trim() !== '' ? Number(value) : Number.NaN;
}

const plain = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function anyOf(value: unknown, holds: (value: unknown) => boolean): boolean {
  if (Array.isArray(value)) return value.some((each) => plain(each) && holds(each));
  return plain(value) && holds(value);
}

const isPoint = (value: unknown): value is Point =>
  typeof value === 'object' && value !== null && 'x' in value && 'y' in value;
