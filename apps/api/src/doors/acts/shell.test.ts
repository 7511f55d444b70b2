/** The lines around a command, in a real bash. */
import { execFile } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import type { Exec } from '@sandglass/protocol';
import { afterAll, expect, it } from 'vitest';
import type { ExecService } from '../../services.ts';
import { Shell } from './shell.ts';

const NAME = `unittest${process.pid}`;
/** As the gate lets it through, or as a person made it. */
let edited: readonly string[] | undefined;

const start: ExecService['start'] = async (_caller, _sandbox, body, _signal, surroundings) => {
  const given = edited ?? ['bash', '-lc', String(body.command)];
  const [program = '', ...words] = surroundings?.around?.(given) ?? given;
  return await new Promise((resolve) => {
    execFile(program, words, { cwd: '/' }, (error, stdout, stderr) =>
      resolve({ stdout, stderr, exit: { code: error ? Number(error.code) : 0, signal: null } } as unknown as Exec),
    );
  });
};
const shell = new Shell({
  services: { execs: { start } as ExecService },
  caller: {} as never,
  sandbox: {} as never,
  name: NAME,
});
const run = async (command: string) => (await shell.run(command)).stdout;

afterAll(() => {
  for (const name of readdirSync('/tmp')) if (name.includes(NAME)) rmSync(`/tmp/${name}`);
});

it('keeps directory, variables, functions, aliases and options from command to command', async () => {
  await run(
    'cd /usr; one=1; export TWO=$\'a\\n"b"\'; list=(x "y z"); declare -A map=([k]=v); f() { echo "f $one"; }; alias say=echo; shopt -s nullglob',
  );
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
  expect(await run('pwd; f; echo "$TWO ${list[1]} ${map[k]}"; say hi; echo /nope*; env | grep -c "^one="')).toBe(
    '/usr\nf 1\na\n"b" y z v\nhi\n\n0\n',
  );
});

it('survives what goes wrong in a command', async () => {
  expect((await shell.run('exit 7')).exit?.code).toBe(7);
  expect((await shell.run('echo "open')).stderr).toContain('unexpected EOF');
  await run('set -e; false');
  expect(await run('false; pwd')).toBe('/usr\n');
});

it('runs words that a person put in the place of a command as they are', async () => {
  edited = ['printf', '%s|', "it's", '$HOME', 'a b'];
  expect(await run('rm -rf /')).toBe("it's|$HOME|a b|");
  edited = undefined;
});

it('begins afresh when it is told to', async () => {
  shell.restart();
  expect(await run('pwd; echo "[$one]"')).toBe('/\n[]\n');
});
