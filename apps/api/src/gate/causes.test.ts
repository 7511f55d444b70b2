import { CallId, SandboxId, TokenId } from '@sandglass/protocol';
import { beforeEach, expect, test } from 'vitest';
import { type Cause, Causes, type OfferedUse } from './causes.ts';

const token = TokenId.parse('tok_agent');
const sandbox = SandboxId.parse('sbx_aaaa');
const reply = CallId.parse('cal_aaaa');
let nowMs = 0;
let causes: Causes;
beforeEach(() => {
  nowMs = 0;
  causes = new Causes(() => nowMs);
});

const offer = (...uses: OfferedUse[]) => causes.offer(token, sandbox, { call: reply, uses });
const bash = (id: string, command: unknown, name = 'bash') => ({ id, name, input: { command } });
const exec = (command: unknown, by = token, where = sandbox): Cause | undefined =>
  causes.of(by, where, { name: 'exec', arguments: { command } });
const cause = (toolUse: string) => ({ call: reply, toolUse });

test('a command is tied to the one tool use that says it, once', () => {
  offer(bash('toolu_1', 'npm test'), bash('toolu_2', 'ls', 'run_shell'));
  expect(exec(' ls\n')).toEqual(cause('toolu_2'));
  expect(exec('npm test')).toEqual(cause('toolu_1'));
  expect(exec('npm test')).toBeUndefined();
});

test('a shell that a door puts around it makes no difference, words that only look alike do', () => {
  offer(bash('toolu_1', 'npm test && ls'));
  expect(exec('npm test')).toBeUndefined();
  expect(exec(['npm', 'test', '&&'])).toBeUndefined();
  expect(exec(['/bin/bash', '-l', '-c', 'npm test && ls'])).toEqual(cause('toolu_1'));
  offer(bash('toolu_2', ['git', 'status']));
  expect(exec(['git', 'status'])).toEqual(cause('toolu_2'));
});

test('what could be two is none; of another token or in another sandbox it is none either', () => {
  offer(bash('toolu_1', 'ls'), bash('toolu_2', 'ls'));
  expect(exec('ls')).toBeUndefined();
  offer(bash('toolu_3', 'pwd'));
  expect(exec('pwd', TokenId.parse('tok_other'))).toBeUndefined();
  expect(exec('pwd', token, SandboxId.parse('sbx_bbbb'))).toBeUndefined();
  expect(exec('pwd')).toEqual(cause('toolu_3'));
});

test('a turn is over when the results are on the way, or when nobody has run the tool for long', () => {
  offer(bash('toolu_1', 'ls'), bash('toolu_2', 'pwd'), bash('toolu_3', 'id'));
  causes.settle(token, new Set(['toolu_1']));
  expect(exec('ls')).toBeUndefined();
  nowMs = 600_000;
  expect(exec('pwd')).toEqual(cause('toolu_2'));
  nowMs = 600_001;
  expect(exec('id')).toBeUndefined();
});

test('a file is told by its path and its length, an address as browsers read it', () => {
  offer(
    { id: 'toolu_1', name: 'write', input: { file_path: 'notes.txt', content: 'ünï' } },
    { id: 'toolu_2', name: 'go', input: { url: 'http://localhost:3000' } },
  );
  const write = (path: string, sizeBytes?: number) =>
    causes.of(token, sandbox, { name: 'write', arguments: { path, sizeBytes } });
  expect(write('/home/user/notes.txt')).toBeUndefined();
  expect(write('/home/user/notes.txt', 3)).toBeUndefined();
  expect(write('/home/user/notes.txt', 5)).toEqual(cause('toolu_1'));
  const go = (url: string) => causes.of(token, sandbox, { name: 'browser.navigate', arguments: { url } });
  expect(go('http://localhost:3001/')).toBeUndefined();
  expect(go('http://localhost:3000/')).toEqual(cause('toolu_2'));
});

test('all that a tool does is tied to its use: by its id, or by its name and equal arguments', async () => {
  const inner = async (name: string, input: Record<string, unknown>, id?: string) =>
    await causes.within(token, { name, input, ...(id === undefined ? {} : { id }) }, async () => {
      await Promise.resolve();
      return [exec('anything'), causes.of(token, sandbox, { name: 'computer.click', arguments: {} })];
    });
  const click = { action: 'left_click', coordinate: [1, 2] };
  offer({ id: 'toolu_1', name: 'computer', input: click });
  expect(await inner('computer', {}, 'toolu_9')).toEqual([undefined, undefined]);
  expect(await inner('computer', click, 'toolu_1')).toEqual([cause('toolu_1'), cause('toolu_1')]);
  offer({ id: 'toolu_2', name: 'mcp__sandglass__bash', input: { command: 'ls', restart: null } });
  expect(await inner('bash', { command: 'ls -l' })).toEqual([undefined, undefined]);
  expect(await inner('read_file', { command: 'ls' })).toEqual([undefined, undefined]);
  expect((await inner('bash', { command: 'ls' }))[0]).toEqual(cause('toolu_2'));
});

test('what a tool leaves behind is not its doing any more', async () => {
  offer(bash('toolu_1', 'ls'));
  let later: () => Cause | undefined = () => undefined;
  await causes.within(token, { name: 'bash', input: { command: 'ls' } }, async () => {
    const { AsyncLocalStorage } = await import('node:async_hooks');
    const here = AsyncLocalStorage.snapshot();
    later = () => here(() => exec('ls'));
    expect(exec('ls')).toEqual(cause('toolu_1'));
  });
  expect(later()).toBeUndefined();
});
