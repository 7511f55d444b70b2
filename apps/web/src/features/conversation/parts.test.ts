import { expect, it } from 'vitest';
import { partsOf } from './parts.ts';

const short = (message: unknown) => partsOf(message).map(({ kind, name, text }) => [kind, name, text]);

it('reads messages of each of the three APIs', () => {
  expect(short({ role: 'user', content: 'hello' })).toEqual([['text', null, 'hello']]);
  expect(
    short({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm' },
        { type: 'text', text: 'I look' },
        { type: 'tool_use', id: 't', name: 'bash', input: { command: 'ls' } },
      ],
    }),
  ).toEqual([
    ['thinking', null, 'hm'],
    ['text', null, 'I look'],
    ['toolUse', 'bash', '{\n  "command": "ls"\n}'],
  ]);
  const image = { type: 'image', source: {} };
  const result = { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'a.txt' }, image] };
  expect(short({ role: 'user', content: [result] })[0]).toEqual([
    'toolResult',
    null,
    expect.stringMatching(/^a.txt\nA picture/),
  ]);
  expect(
    short({ role: 'assistant', content: null, tool_calls: [{ function: { name: 'sh', arguments: '{"a":1}' } }] }),
  ).toEqual([['toolUse', 'sh', '{"a":1}']]);
  expect(short({ role: 'tool', tool_call_id: 'c1', content: 'done' })).toEqual([['toolResult', null, 'done']]);
  expect(short({ type: 'function_call_output', call_id: 'c2', output: 'ok' })).toEqual([['toolResult', null, 'ok']]);
});

it('what a tool is given stands one by one, in whichever shape it came; what cannot be named stands as it came', () => {
  const given = [
    { name: 'command', text: 'ls' },
    { name: 'flags', text: '[\n  1\n]' },
  ];
  const input = { command: 'ls', flags: [1] };
  expect(partsOf({ content: [{ type: 'tool_use', id: 't', name: 'bash', input }] })[0]).toMatchObject({
    use: 't',
    given,
  });
  const calls = [{ id: 'c', function: { name: 'sh', arguments: JSON.stringify(input) } }];
  expect(partsOf({ role: 'assistant', content: null, tool_calls: calls })[0]).toMatchObject({ use: 'c', given });
  expect(partsOf({ type: 'function_call', call_id: 'c', name: 'sh', arguments: '' })[0]).toEqual({
    ...{ kind: 'toolUse', name: 'sh', text: '', use: 'c' },
  });
  const many = Object.fromEntries(Array.from({ length: 99 }, (_, at) => [`key${at}`, at]));
  expect(partsOf({ content: [{ type: 'tool_use', name: 'bash', input: many }] })[0]).not.toHaveProperty('given');
});

it('a picture that a tool brought is told of, in each API', () => {
  const output = { type: 'computer_screenshot', image_url: 'data:…' };
  expect(short({ type: 'computer_call_output', call_id: 'c', output })[0]![2]).toMatch(/^A picture/);
});

it('shows what it does not know as it came, and nothing for nothing', () => {
  expect(short({ role: 'user', content: [{ type: 'audio', data: 1 }] })[0]![0]).toBe('other');
  expect(short({ role: 'user', content: {} })[0]![0]).toBe('other');
  expect(short({ role: 'assistant', content: '' })).toEqual([]);
});

it('a result that is an error says so', () => {
  const result = { type: 'tool_result', tool_use_id: 't', is_error: true, content: 'no such file' };
  expect(partsOf({ role: 'user', content: [result] })[0]).toMatchObject({
    ...{ failed: true, use: 't', text: 'no such file' },
  });
});

it('a message that is nested without end stops nobody', () => {
  let results: unknown = 'deep';
  let list: unknown[] = [];
  for (let at = 0; at < 20_000; at++) {
    results = [{ type: 'tool_result', tool_use_id: 't', content: results }];
    list = [list];
  }
  expect(short({ role: 'user', content: results })[0]![0]).toBe('toolResult');
  expect(short({ role: 'user', content: [list] })[0]![2]).toMatch(/too deeply/);
});
