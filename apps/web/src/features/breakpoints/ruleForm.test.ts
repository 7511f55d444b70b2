import type { RuleParts } from '@sandglass/protocol';
import { describe, expect, it } from 'vitest';
import { RuleDraft } from './ruleDraft.ts';
import { formOfParts, newForm, type RuleForm, type TestForm, textOfForm } from './ruleForm.ts';

const types: Record<string, string> = {
  text: 'text',
  path: 'text',
  exit: 'number',
  duration: 'duration',
  actor: 'choice',
  at: 'point',
  failed: 'flag',
};
const textOf = (form: Partial<RuleForm>) =>
  textOfForm({ ...newForm, ...form }, (field) => (types[field] ?? 'any') as never);
const withTest = (test: TestForm) => textOf({ tests: [test] });

describe('textOfForm', () => {
  it.each<[TestForm, string]>([
    [{ field: 'text', by: 'contains', value: 'rm -rf "x"' }, 'text matching "rm -rf \\"x\\""'],
    [{ field: 'path', by: 'glob', value: '**/src/**' }, 'path matching glob "**/src/**"'],
    [{ field: 'text', by: 'expression', value: '^/etc/' }, 'text matching /^\\/etc\\//'],
    [{ field: 'text', by: 'expression', value: '/a|b/i' }, 'text matching /a|b/i'],
    [{ field: 'exit', by: 'is not', value: '0' }, 'exit is not 0'],
    [{ field: 'duration', by: '>', value: '10s' }, 'duration > 10s'],
    [{ field: 'actor', by: 'in', value: 'agent, person' }, 'actor in (agent, person)'],
    [{ field: 'path', by: 'in', value: '/a, /b' }, 'path in ("/a", "/b")'],
    [{ field: 'argument.n', by: '>=', value: '3' }, 'argument.n >= 3'],
    [{ field: 'argument.n', by: 'is', value: 'three' }, 'argument.n is "three"'],
    [{ field: 'at', by: 'inside', value: '0, 0, 10, 10' }, 'at inside (0, 0, 10, 10)'],
    [{ field: 'failed', by: 'so', value: '' }, 'failed'],
  ])('writes %j', (test, text) => {
    expect(withTest(test)).toBe(`before exec where ${text} → hold`);
  });

  it('writes the rest of it', () => {
    expect(textOf({ names: '', tests: [] })).toBe('before call → hold');
    expect(textOf({ names: 'exec, write', tests: [], decision: 'refuse', reason: 'not "here"' })).toBe(
      'before exec or write → refuse "not \\"here\\""',
    );
    expect(
      textOf({ tests: [], decision: 'nothing', checkpoint: true, log: true, notify: true, message: '{path}' }),
    ).toBe('before exec → checkpoint, notify "{path}", log "{path}"');
  });
});

const parts = (more: Partial<RuleParts>): RuleParts => ({
  moment: 'before',
  names: ['exec'],
  tests: [],
  joined: 'and',
  actions: [{ kind: 'hold', message: null }],
  ...more,
});

describe('formOfParts', () => {
  it.each<[string, string, string]>([
    ['text', 'matching', '"a \\"b\\""'],
    ['text', 'matching', '/a\\/b/i'],
    ['path', 'matching glob', '"**/x"'],
    ['exit', 'is not', '0'],
    ['duration', '>', '10s'],
    ['actor', 'in', '(agent, person)'],
    ['at', 'inside', '(0, 0, 10, 10)'],
  ])('shows what it writes: %s %s %s', (field, by, value) => {
    const form = formOfParts(parts({ tests: [{ field, by, value }] }))!;
    expect(textOf(form)).toBe(`before exec where ${field} ${by} ${value} → hold`);
  });

  it('leaves to the text what it cannot show', () => {
    expect(formOfParts(parts({ tests: null }))).toBeUndefined();
    expect(formOfParts(parts({ tests: [{ field: 'path', by: 'in', value: '("a,b")' }] }))).toBeUndefined();
    const actions = [
      { kind: 'notify', message: 'a' },
      { kind: 'log', message: 'b' },
    ];
    expect(formOfParts(parts({ actions }))).toBeUndefined();
  });
});

describe('RuleDraft', () => {
  const scope = { kind: 'everywhere' } as const;

  it('goes from form to text and back, where a form can show it', () => {
    const draft = new RuleDraft();
    draft.begin(scope);
    expect(draft.state).toMatchObject({ mode: 'form', editing: null });
    draft.toText('before exec → hold');
    expect(draft.state).toMatchObject({ mode: 'text', text: 'before exec → hold' });
    expect(draft.toForm(parts({ tests: null }))).toBe(false);
    expect(draft.state?.mode).toBe('text');
    expect(draft.toForm(parts({ names: ['write'] }))).toBe(true);
    expect(draft.state).toMatchObject({ mode: 'form', form: { names: 'write' } });
    draft.close();
    expect(draft.state).toBeNull();
  });

  it('begins with a text that somebody proposes, and edits one that is there', () => {
    const draft = new RuleDraft();
    draft.begin(scope, 'before exec → hold');
    expect(draft.state).toMatchObject({ mode: 'text', text: 'before exec → hold' });
    const text = 'before write → ask';
    draft.edit({ text, name: text, scope } as never);
    expect(draft.state).toMatchObject({ mode: 'text', text, name: '' });
  });
});
