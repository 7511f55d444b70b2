import { describe, expect, it } from 'vitest';
import { fieldsOf, isChanged, parseFields, parseResult, startOfResult } from './argumentForm.ts';
import { jsonTokens } from './jsonTokens.ts';
import { fillQuestion, startOfForm } from './questionForm.ts';
import { headOf, reasonWords, waitedWords } from './words.ts';

describe('JSON in colours', () => {
  it('says the same text, keys apart from texts, a field a line', () => {
    const tokens = jsonTokens({ action: 'left_click', coordinate: [275, 532], ok: true });
    expect(tokens.map(({ text }) => text).join('')).toBe(
      '{ "action": "left_click",\n  "coordinate": [275, 532],\n  "ok": true }',
    );
    expect(tokens.filter(({ kind }) => kind === 'key').map(({ text }) => text)).toEqual([
      '"action"',
      '"coordinate"',
      '"ok"',
    ]);
    expect(tokens.filter(({ kind }) => kind === 'number').map(({ text }) => text)).toEqual(['275', '532']);
  });

  it('is not led astray by quotes, colons and braces inside a text, and cuts what is too long', () => {
    const hostile = { command: 'echo "a": {}, true', 'ke"y': 1 };
    expect(
      jsonTokens(hostile)
        .filter(({ kind }) => kind === 'text')
        .map(({ text }) => JSON.parse(text)),
    ).toEqual(['echo "a": {}, true']);
    expect(jsonTokens({ command: 'x'.repeat(100_000) }).reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(
      20_010,
    );
    expect(jsonTokens({})).toEqual([{ kind: 'plain', text: '{}' }]);
  });
});

describe('arguments as fields', () => {
  const given = { command: 'npm test', timeoutMs: 5_000, list: ['a'] };

  it('come back as they were, and differ once edited', () => {
    const fields = fieldsOf(given);
    expect(parseFields(fields)).toEqual({ ok: true, arguments: given });
    expect(isChanged(fields, given)).toBe(false);
    const edited = fields.map((field) => (field.name === 'timeoutMs' ? { ...field, typed: '9' } : field));
    expect(isChanged(edited, given)).toBe(true);
    expect(parseFields(edited)).toEqual({ ok: true, arguments: { ...given, timeoutMs: 9 } });
  });

  it('name the field that is no JSON; a text needs to be none', () => {
    const fields = fieldsOf(given).map((field) => ({ ...field, typed: '{"' }));
    expect(parseFields(fields)).toMatchObject({ ok: false, field: 'timeoutMs' });
  });

  it('a result is an object, and begins with what came of it', () => {
    expect(parseResult('[1]')).toMatchObject({ ok: false });
    expect(parseResult('{')).toMatchObject({ ok: false });
    expect(parseResult(startOfResult('exec', { code: 3 }))).toEqual({ ok: true, arguments: { code: 3 } });
    expect(parseResult(startOfResult('exec', null))).toMatchObject({ ok: true });
  });
});

describe('the answer to a question', () => {
  it('needs words, or every required field in its kind', () => {
    expect(fillQuestion({ fields: null }, { text: ' ', fields: {} }).answer).toBeUndefined();
    expect(fillQuestion({ fields: null }, { text: ' yes ', fields: {} }).answer).toEqual({ text: 'yes' });
    const fields = [
      { name: 'code', label: 'Code', kind: 'number' as const, required: true },
      { name: 'keep', label: 'Keep?', kind: 'yesNo' as const, required: false },
    ];
    const start = startOfForm({ fields });
    expect(fillQuestion({ fields }, start).answer).toBeUndefined();
    const filled = (code: string) => fillQuestion({ fields }, { ...start, fields: { ...start.fields, code } }).answer;
    expect(filled('twelve')).toBeUndefined();
    expect(filled('12')).toEqual({ fields: { code: 12, keep: false } });
  });
});

it('says why a call waits, and how long', () => {
  expect(headOf({ when: 'before', reason: { kind: 'step' } })).toBe('Held before this call');
  const rule = { id: 'rul_1' as never, name: 'payment' };
  expect(headOf({ when: 'before', reason: { kind: 'approval', rule } })).toBe('This call needs your approval');
  expect(reasonWords({ kind: 'breakpoint', rule })).toBe('breakpoint “payment”');
  expect(reasonWords({ kind: 'runTo', to: { kind: 'call', name: 'exec' } })).toBe('ran to exec');
  expect(waitedWords(1_000, 15_400)).toBe('0:14');
  expect(waitedWords(0, 3_723_000)).toBe('1:02:03');
  expect(waitedWords(5_000, 0)).toBe('0:00');
});
