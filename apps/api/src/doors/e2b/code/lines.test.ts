import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { answerToCode, linesOf, Outcome } from './lines.ts';

const read = async (...chunks: (string | Buffer)[]) => {
  const lines = [];
  for await (const line of linesOf(Readable.from(chunks.map((chunk) => Buffer.from(chunk))))) lines.push(line);
  return lines;
};

it('reads lines however they are cut, also in the middle of a letter', async () => {
  const bytes = Buffer.from('{"type":"stdout","text":"ü"}\n{"type":"result","text":"1"}\n');
  const whole = [
    { type: 'stdout', text: 'ü' },
    { type: 'result', text: '1' },
  ];
  for (let at = 0; at <= bytes.length; at += 1)
    expect(await read(bytes.subarray(0, at), bytes.subarray(at))).toEqual(whole);
});

it('refuses what is no result', async () => {
  await expect(read('not json\n')).rejects.toMatchObject({ code: 'unprocessable' });
  await expect(read('{"text":"of no type"}\n')).rejects.toMatchObject({ code: 'unprocessable' });
});

it('says in a line what came of it: the error, the value, what was printed, or what is to be seen', () => {
  const of = (...lines: Parameters<Outcome['add']>[0][]) => {
    const outcome = new Outcome();
    for (const line of lines) outcome.add(line);
    return outcome;
  };
  const value = { type: 'result', is_main_result: true, text: '42' };
  const printed = { type: 'stdout', text: 'hello\n' };
  const failed = { type: 'error', name: 'KeyError', value: "'x'", traceback: '' };
  expect(of(printed, value, failed).summary).toBe("KeyError: 'x'");
  expect(of(printed, value).summary).toBe('42');
  expect(of(printed).summary).toBe('hello');
  expect(of({ type: 'result', png: 'AAAA' }).summary).toBe('png');
  expect(of().summary).toBe('done');
  expect(of(printed, failed).result).toMatchObject({ code: 1, stdout: 'hello\n', error: { name: 'KeyError' } });
});

it('takes a person’s answer, and nothing that is none', () => {
  expect(answerToCode.parse({ text: '7', stdout: 'said\n' }).pending).toMatchObject([
    { type: 'stdout', text: 'said\n' },
    { type: 'result', text: '7', is_main_result: true },
  ]);
  expect(() => answerToCode.parse({ png: 'x' })).toThrow();
});
