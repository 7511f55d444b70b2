/**
 * Find in files, by the sandbox's own ripgrep (its expressions cannot hang), else grep. A process of its own: it is killed when
 * nobody reads on, when it has found enough, and after a minute.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { FindResult, FoundLine } from '@sandglass/protocol';
import type { GuestOps } from '@sandglass/protocol/guest';
import { native, octal } from './files/native.ts';
import { splitLines } from './findLines.ts';
import { parseGrep, parseRipgrep } from './findResults.ts';
import { GuestError, toGuestError } from './guestError.ts';
import { withChildScore } from './spawning.ts';

const LIMIT_MS = 60_000;
const MOST_COMPLAINT = 2000;
/** What nobody wrote and nobody reads. */
const LEFT_OUT = ['node_modules', '.git', '.cache', '__pycache__', '.venv', '.npm'];

// A working directory is text for Node; this one may be any bytes.
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
const WITHIN = 'd=$(printf "%b." "$1"); shift; cd -- "${d%.}" && exec "$@"';

type Question = GuestOps['find'][0];

export interface Search {
  /** Lines of JSON; null at the end. */
  next(): Promise<Buffer | null>;
  close(): Promise<void>;
}

/** @throws GuestError when there is no such directory */
export async function startSearch(question: Question, directory: string): Promise<Search> {
  const found = await stat(native(directory)).catch((error: unknown) => {
    throw toGuestError(error, directory);
  });
  if (!found.isDirectory()) throw new GuestError('unprocessable', `${directory} is not a directory.`);
  const tool = ripgrep === null ? 'grep' : 'ripgrep';
  const args = tool === 'ripgrep' ? forRipgrep(question) : forGrep(question);
  const child = withChildScore(() =>
    spawn('sh', ['-c', WITHIN, 'find', octal(directory), ripgrep ?? 'grep', ...args], {
      cwd: '/',
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    }),
  );
  const results = read(child, question, tool === 'ripgrep' ? parseRipgrep : parseGrep, directory);
  return {
    next: async () => {
      const { value, done } = await results.next();
      return done === true ? null : Buffer.from(`${value.map((each) => JSON.stringify(each)).join('\n')}\n`);
    },
    close: async () => {
      child.kill('SIGKILL');
    },
  };
}

async function* read(
  child: ChildProcess,
  { limit }: Question,
  parse: (line: Buffer, directory: string) => FoundLine | null,
  directory: string,
): AsyncGenerator<FindResult[], undefined> {
  let complaint = '';
  child.stderr!.on('data', (bytes: Buffer) => {
    if (complaint.length < MOST_COMPLAINT) complaint += bytes.toString('utf8');
  });
  const closed = once(child, 'close').catch((error: unknown) => {
    complaint = toGuestError(error, 'find').message;
    return [2, null];
  });
  const startedMs = performance.now();
  let [lines, files, path] = [0, 0, ''];
  for await (const batch of splitLines(child.stdout!)) {
    const results = batch.flatMap((line) => parse(line, directory) ?? []).slice(0, limit - lines);
    for (const result of results) if (result.path !== path) [files, path] = [files + 1, result.path];
    lines += results.length;
    if (results.length > 0) yield results;
    if (lines < limit) continue;
    child.kill('SIGKILL');
    yield [{ kind: 'end', files, lines, cut: 'limit', problem: null }];
    return;
  }
  const [code] = (await closed) as [number | null];
  const late = code === null && performance.now() - startedMs >= LIMIT_MS;
  // 2 with results: some files could not be read, the rest is what was asked for.
  const problem = code === 2 && lines === 0 && complaint.trim() !== '' ? plainComplaint(complaint) : null;
  yield [{ kind: 'end', files, lines, cut: late ? 'time' : null, problem }];
}

/** Only what is wrong with the question; that some file cannot be read is no answer to it. */
function plainComplaint(text: string): string | null {
  const about = text.split('\n').filter((line) => !/permission denied|no such file|IO error/i.test(line));
  const plain = about
    .join('\n')
    .replace(/^(rg|grep): /gm, '')
    .trim();
  return plain === '' ? null : plain.slice(0, 400);
}

const globsOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((glob) => glob.trim())
    .filter((glob) => glob !== '')
    .slice(0, 50);

function forRipgrep({ query, regex, word, include, exclude, everything, ...question }: Question): string[] {
  return [
    '--json',
    '--hidden',
    '--one-file-system',
    '--no-messages',
    '--no-config',
    '--max-filesize=16M',
    '--sort=path',
    question.case === true ? '--case-sensitive' : '--ignore-case',
    ...(regex === true ? [] : ['--fixed-strings']),
    ...(word === true ? ['--word-regexp'] : []),
    everything === true ? '--no-ignore' : '--no-require-git',
    // The last glob that fits decides: what is wished for does not bring back what is left out.
    ...globsOf(include).map((glob) => `--glob=${glob.replace(/^!+/, '')}`),
    ...(everything === true ? [] : LEFT_OUT.map((name) => `--glob=!**/${name}/**`)),
    ...globsOf(exclude).map((glob) => `--glob=!${glob.replace(/^!+/, '')}`),
    `--regexp=${query}`,
    '.',
  ];
}

/** Its globs know names only, not folders. */
function forGrep({ query, regex, word, include, exclude, everything, ...question }: Question): string[] {
  const name = (glob: string) => glob.slice(glob.lastIndexOf('/') + 1);
  return [
    '-rnIZs',
    '--binary-files=without-match',
    '--devices=skip',
    ...(question.case === true ? [] : ['-i']),
    ...(regex === true ? ['-E'] : ['-F']),
    ...(word === true ? ['-w'] : []),
    ...(everything === true ? [] : LEFT_OUT.map((each) => `--exclude-dir=${each}`)),
    ...globsOf(include).map((glob) => `--include=${name(glob)}`),
    ...globsOf(exclude).flatMap((glob) => [`--exclude=${name(glob)}`, `--exclude-dir=${name(glob)}`]),
    '-e',
    query,
    '.',
  ];
}

const ripgrep = findRipgrep();

function findRipgrep(): string | null {
  for (const path of ['/usr/bin/rg', '/usr/local/bin/rg']) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return null;
}
