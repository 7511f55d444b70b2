/** For tests: any rule that can be written. */
import fc from 'fast-check';
import { findField, refusalOf } from '../fields.ts';
import {
  type Action,
  type Condition,
  events,
  type Moment,
  type Pattern,
  type RuleSyntax,
  type Test,
} from '../syntax.ts';

const fields =
  'text name path host url title terminal at exit failed error duration count repeats cost actor door change method port status verdict sent received phase argument.a argument.b.0 result.c-d'.split(
    ' ',
  );
const shortText = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.string({ minLength: 1, maxLength: 4, unit: 'binary' }),
  fc.constant('a "quoted" \\ \n\t{path}'),
);
const number = fc
  .oneof(
    fc.integer({ min: -1_000_000, max: 100_000_000 }),
    fc.integer({ min: 0, max: 9_999 }).map((n) => n / 1000),
  )
  .map((n) => n + 0);
const regexp: fc.Arbitrary<Pattern> = fc.record({
  kind: fc.constant('regexp' as const),
  source: fc.constantFrom('a+', 'rm\\s+-rf', '^/etc/', '[/\\\\]x', 'a|b{2,3}', '\\.\\*', 'é'),
  ignoreCase: fc.boolean(),
});
const pattern: fc.Arbitrary<Pattern> = fc.oneof(
  fc.record({ kind: fc.constantFrom('text' as const, 'glob' as const), text: shortText }),
  regexp,
);

function anyTest(field: string): fc.Arbitrary<Test> {
  const { type, values = [] } = findField(field)!;
  if (type === 'flag') return fc.constant({ kind: 'flag', field });
  if (type === 'point')
    return fc.record({
      kind: fc.constant('inside' as const),
      field: fc.constant(field),
      box: fc.record({ left: number, top: number, width: number, height: number }),
    });
  const value: fc.Arbitrary<string | number> =
    type === 'choice' ? fc.constantFrom(...values) : type === 'text' ? shortText : number;
  const equal = fc.constantFrom('is' as const, 'is not' as const);
  const ordered = fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const);
  const given = fc.constant(field);
  return fc.oneof(
    fc.record({
      kind: fc.constant('compare' as const),
      field: given,
      by: type === 'text' || type === 'choice' ? equal : fc.oneof(equal, ordered),
      value,
    }),
    fc.record({
      kind: fc.constant('in' as const),
      field: given,
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    }),
    ...(type === 'text' || type === 'any'
      ? [fc.record({ kind: fc.constant('matching' as const), field: given, pattern })]
      : []),
  );
}

function anyCondition(moment: Moment, names: readonly string[]): fc.Arbitrary<Condition> {
  const known = fields.filter((name) => refusalOf(name, findField(name)!, { moment, names }) === undefined);
  const test = fc.constantFrom(...known).chain(anyTest);
  const list = (kind: 'and' | 'or', of: fc.Arbitrary<Condition>) =>
    fc
      .array(
        of.map((part) => (part.kind === kind ? ({ kind: 'not', of: part } as const) : part)),
        { minLength: 2, maxLength: 3 },
      )
      .map((parts): Condition => ({ kind, of: parts }));
  const { tree } = fc.letrec<{ tree: Condition }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      { arbitrary: test as fc.Arbitrary<Condition>, weight: 3 },
      { arbitrary: list('and', tie('tree')), weight: 1 },
      { arbitrary: list('or', tie('tree')), weight: 1 },
      { arbitrary: tie('tree').map((of): Condition => ({ kind: 'not', of })), weight: 1 },
    ),
  }));
  return tree;
}

function anyActions(moment: Moment): fc.Arbitrary<Action[]> {
  const message = fc.option(shortText);
  const deciding: fc.Arbitrary<Action> =
    moment === 'before'
      ? fc.oneof(
          fc.constantFrom<Action>({ kind: 'hold' }, { kind: 'ask' }),
          shortText.map((reason): Action => ({ kind: 'refuse', reason })),
        )
      : fc.constant<Action>({ kind: 'hold' });
  const others = fc.tuple(
    fc.option(fc.constant<Action>({ kind: 'checkpoint' })),
    fc.option(message.map((text): Action => ({ kind: 'notify', message: text }))),
    fc.option(message.map((text): Action => ({ kind: 'log', message: text }))),
  );
  return fc
    .tuple(fc.option(deciding), others)
    .map(([first, rest]) => [first, ...rest].filter((each) => each !== null))
    .filter((actions) => actions.length > 0);
}

export const anyRule: fc.Arbitrary<RuleSyntax> = fc
  .oneof(
    fc.record({
      moment: fc.constantFrom<Moment>('before', 'after'),
      names: fc.uniqueArray(fc.constantFrom('exec', 'write', 'computer.click', 'computer.*', 'a-b'), { maxLength: 3 }),
    }),
    fc.record({
      moment: fc.constant<Moment>('on'),
      names: fc.uniqueArray(fc.constantFrom<string>(...events), { minLength: 1, maxLength: 2 }),
    }),
  )
  .chain((trigger) =>
    fc.record({
      trigger: fc.constant(trigger),
      condition: fc.option(anyCondition(trigger.moment, trigger.names)),
      actions: anyActions(trigger.moment),
    }),
  );
