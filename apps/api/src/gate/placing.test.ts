import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bounded } from '../lib/bounded.ts';
import { REMOVED, Redactor } from '../recorder/redaction/redactor.ts';
import { placed } from './placing.ts';

const redactor = new Redactor();
redactor.add('hunter2-secret');
redactor.add('other-secret');

const shownOf = (original: Record<string, unknown>) => bounded(redactor.value(original).value);
const place = (edited: Record<string, unknown>, original: Record<string, unknown>) =>
  placed(edited, { name: 'arguments', shown: shownOf(original), original, redactor });
const command = (edited: string, original: string) => place({ command: edited }, { command: original }).command;
const refused = (path: string) =>
  expect.objectContaining({
    code: 'badRequest',
    details: { issues: [expect.objectContaining({ path: expect.stringContaining(path) })] },
  });

const login = 'curl -H "Bearer hunter2-secret" https://a.test/x';

test.each([
  ['what follows it', 'curl -H "Bearer •••" https://a.test/y', 'curl -H "Bearer hunter2-secret" https://a.test/y'],
  [
    'what precedes it',
    'wget --header "Bearer •••" https://a.test/x',
    'wget --header "Bearer hunter2-secret" https://a.test/x',
  ],
  ['both', 'curl -v -H "Bearer •••" https://a.test/y', 'curl -v -H "Bearer hunter2-secret" https://a.test/y'],
  ['the secret itself', 'curl -H "Bearer mine" https://a.test/x', 'curl -H "Bearer mine" https://a.test/x'],
])('a secret is put back where %s is edited', (_, edited, runs) => {
  expect(command(edited, login)).toBe(runs);
});

test.each([
  ['moved', 'curl https://a.test/x?•••'],
  ['doubled', 'curl -H "Bearer •••" https://a.test/x?•••'],
  ['at the same count of marks, in another word', 'curl -H "Basic •••" https://evil.test/'],
])('a mark that was %s is refused, and says where', (_, edited) => {
  expect(() => command(edited, login)).toThrow(refused('arguments.command'));
});

test('of two secrets each stays itself, also when the other is taken out', () => {
  const both = 'A=hunter2-secret B=other-secret run';
  expect(command('A=••• B=••• run fast', both)).toBe('A=hunter2-secret B=other-secret run fast');
  expect(command('B=••• run', both)).toBe('B=other-secret run');
  expect(command('A=••• run', both)).toBe('A=hunter2-secret run');
  expect(() => command('B=••• A=••• run', both)).toThrow(refused('command'));
});

test('nothing goes from one argument into another, nor into a new one', () => {
  const given = { command: 'env', environment: { KEY: 'hunter2-secret', PLAIN: 'x' } };
  expect(place({ command: 'env -0', environment: { KEY: REMOVED, PLAIN: 'x' } }, given)).toEqual({
    command: 'env -0',
    environment: { KEY: 'hunter2-secret', PLAIN: 'x' },
  });
  expect(() => place({ command: `echo ${REMOVED}`, environment: given.environment }, given)).toThrow(
    refused('command'),
  );
  expect(() => place({ command: 'env', environment: { OTHER: REMOVED } }, given)).toThrow(refused('environment.OTHER'));
});

test('in a list a secret is found by what stands around it', () => {
  const given = { command: ['curl', '-H', 'Bearer hunter2-secret', 'https://a.test'] };
  expect(place({ command: ['curl', '-v', '-H', 'Bearer •••', 'https://a.test'] }, given)).toEqual({
    command: ['curl', '-v', '-H', 'Bearer hunter2-secret', 'https://a.test'],
  });
  expect(place({ command: ['curl', '-H', 'Bearer •••', 'https://b.test'] }, given)).toMatchObject({
    command: [{}, {}, 'Bearer hunter2-secret', 'https://b.test'].map((one) =>
      typeof one === 'string' ? one : expect.any(String),
    ),
  });
  expect(() => place({ command: ['curl', 'https://b.test', 'Bearer •••'] }, given)).toThrow(refused('command.2'));
});

test('a secret that is a name keeps it', () => {
  const given = { environment: { 'hunter2-secret': '1', B: '2' } };
  expect(place({ environment: { [REMOVED]: '1', B: '3' } }, given)).toEqual({
    environment: { 'hunter2-secret': '1', B: '3' },
  });
  expect(() => place({ environment: { [`x${REMOVED}`]: '1' } }, given)).toThrow(refused('environment'));
});

test('the cut end of a long text comes back with its secrets, and is never taken for text', () => {
  const long = `first line\n${'x'.repeat(9_000)} hunter2-secret`;
  const shown = shownOf({ content: long }).content as string;
  expect(shown).toMatch(/more characters\)$/);
  expect(place({ content: shown.replace('first', 'another') }, { content: long })).toEqual({
    content: long.replace('first', 'another'),
  });
  expect(() => place({ content: `${shown}!` }, { content: long })).not.toThrow();
  expect(place({ content: `${shown}!` }, { content: long })).toEqual({ content: `${long}!` });
  expect(() => place({ content: `new ${shown.slice(-40)} end` }, { content: long })).toThrow(refused('content'));
  expect(place({ content: 'short' }, { content: long })).toEqual({ content: 'short' });
});

test('a text that is cut in the middle of a mark comes back whole', () => {
  for (let n = 2_030; n < 2_060; n++) {
    const long = `a${'x'.repeat(n)}hunter2-secret${'y'.repeat(9_000)}`;
    const shown = shownOf({ content: long }).content as string;
    expect(place({ content: shown.replace('a', 'bb') }, { content: long })).toEqual({
      content: long.replace('a', 'bb'),
    });
  }
});

test('a long list keeps the rest that was cut', () => {
  const paths = Array.from({ length: 9_000 }, (_, n) => `${n}`);
  const shown = shownOf({ paths, key: 'hunter2-secret' }).paths as string[];
  expect(shown.at(-1)).toMatch(/more\)$/);
  expect(place({ paths: ['new', ...shown.slice(1)], key: REMOVED }, { paths, key: 'hunter2-secret' })).toEqual({
    paths: ['new', ...paths.slice(1)],
    key: 'hunter2-secret',
  });
});

test('where nothing was hidden a mark is what somebody wrote', () => {
  expect(command('echo •••', 'echo hi')).toBe('echo •••');
});

const word = fc.constantFrom('hunter2-secret', 'other-secret', 'a', 'bb', '-c', '"', 'KEY=', ' ', '\n', 'é•');
const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));

test('left alone it is what it was; edited before or behind, each secret is itself; a mark is never run', () => {
  fc.assert(
    fc.property(text, fc.constantFrom('new ', 'x', ''), fc.boolean(), fc.nat(6), (original, added, isBefore, cut) => {
      const shown = redactor.value(original).value;
      expect(command(shown, original)).toBe(original);
      const edited = isBefore ? added + shown.slice(Math.min(cut, shown.indexOf(REMOVED))) : shown + added;
      let runs: unknown;
      try {
        runs = command(edited, original);
      } catch (error) {
        expect(error).toMatchObject({ code: 'badRequest' });
        return;
      }
      if (!isBefore) expect(runs).toBe(original + added);
      if (shown !== original) expect(runs).not.toContain(REMOVED);
    }),
  );
});
