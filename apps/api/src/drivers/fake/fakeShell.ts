/** The fake machine's only program: a shell of a dozen commands, with `;`, `&&`, `||`, quotes, variables and `>`. */
import { setTimeout as delay } from 'node:timers/promises';
import type { FakeFiles } from './fakeFiles.ts';

export interface ShellContext {
  readonly files: FakeFiles;
  readonly environment: Record<string, string>;
  readonly user: string;
  readonly hostname: string;
  readonly signal: AbortSignal;
  cwd: string;
  write(stream: 'stdout' | 'stderr', text: string | Uint8Array): void;
  /** What is left of its input; ends when that is closed. */
  readStdin(): AsyncIterable<Uint8Array>;
  /** Resolves at once, or when the machine thaws. */
  awake(): Promise<void>;
  /** Serves a page on a port until the command is ended. */
  serve(port: number, body: string): Promise<void>;
  processes(): string[];
}

class Exited extends Error {
  readonly code: number;
  constructor(code: number) {
    super('exit');
    this.code = code;
  }
}

/** Runs an argument vector; `bash -c` and `bash -lc` run a script. Returns the exit code. Rejects when `signal` aborts. */
export async function runCommand(context: ShellContext, command: readonly string[]): Promise<number> {
  const [name, flag, script] = command;
  try {
    if ((name === 'bash' || name === 'sh') && flag !== undefined && /^-l?c$/.test(flag))
      return await runScript(context, script ?? '');
    return await runProgram(context, [...command]);
  } catch (error) {
    if (error instanceof Exited) return error.code;
    throw error;
  }
}

/** Runs one line in the shell itself: `cd` and `exit` act on it. @throws Exited as a plain number through `runLine`. */
export async function runLine(context: ShellContext, line: string): Promise<{ code: number; exited: boolean }> {
  try {
    return { code: await runScript(context, line), exited: false };
  } catch (error) {
    if (error instanceof Exited) return { code: error.code, exited: true };
    throw error;
  }
}

async function runScript(context: ShellContext, script: string): Promise<number> {
  let code = 0;
  let join = ';';
  for (const part of splitScript(script)) {
    if (part === ';' || part === '&&' || part === '||') {
      join = part;
      continue;
    }
    if ((join === '&&' && code !== 0) || (join === '||' && code === 0)) continue;
    const { words, target } = parseWords(part, context.environment, code);
    if (words.length === 0) continue;
    code = target === undefined ? await runProgram(context, words) : await runInto(context, words, target);
  }
  return code;
}

async function runInto(context: ShellContext, words: string[], target: string): Promise<number> {
  const chunks: Uint8Array[] = [];
  const code = await runProgram(
    Object.create(context, {
      write: {
        value: (stream: 'stdout' | 'stderr', text: string | Uint8Array) => {
          if (stream === 'stdout') chunks.push(Buffer.from(text as string));
          else context.write(stream, text);
        },
      },
    }) as ShellContext,
    words,
  );
  return report(context, 'bash', () => {
    context.files.writeSync(resolve(context, target), Buffer.concat(chunks), {});
    return code;
  });
}

async function runProgram(context: ShellContext, words: string[]): Promise<number> {
  const [name = '', ...rest] = words;
  context.signal.throwIfAborted();
  await context.awake();
  const out = (text: string | Uint8Array) => context.write('stdout', text);
  switch (name) {
    case 'true':
    case ':':
      return 0;
    case 'false':
      return 1;
    case 'exit':
      throw new Exited(Number(rest[0] ?? 0) & 255);
    case 'echo': {
      const newline = rest[0] === '-n' ? '' : '\n';
      out(rest.slice(newline ? 0 : 1).join(' ') + newline);
      return 0;
    }
    case 'printf':
      out(printf(rest));
      return 0;
    case 'pwd':
      out(`${context.cwd}\n`);
      return 0;
    case 'whoami':
      out(`${context.user}\n`);
      return 0;
    case 'hostname':
      out(`${context.hostname}\n`);
      return 0;
    case 'env':
      out(
        Object.entries(context.environment)
          .map(([key, value]) => `${key}=${value}\n`)
          .join(''),
      );
      return 0;
    case 'ps':
      out(`${context.processes().join('\n')}\n`);
      return 0;
    case 'yes': {
      for (;;) {
        await context.awake();
        await delay(1, undefined, { signal: context.signal });
        out(`${rest[0] ?? 'y'}\n`.repeat(512));
      }
    }
    case 'seq':
      for (let i = 1; i <= Number(rest[0] ?? 1); i++) out(`${i}\n`);
      return 0;
    case 'sleep':
      await delay(Number(rest[0] ?? 0) * 1000, undefined, { signal: context.signal });
      await context.awake();
      return 0;
    case 'cat':
      if (rest.length === 0) for await (const bytes of context.readStdin()) out(bytes);
      return rest.reduce((code, path) => {
        const one = report(context, 'cat', () => {
          out(context.files.read(resolve(context, path)).bytes);
          return 0;
        });
        return code || one;
      }, 0);
    case 'ls':
      return report(context, 'ls', () => {
        const path = rest.find((word) => !word.startsWith('-')) ?? '.';
        out(
          context.files
            .list(resolve(context, path))
            .items.map((entry) => `${entry.name}\n`)
            .join(''),
        );
        return 0;
      });
    case 'cd':
      return report(context, 'bash: cd', () => {
        context.cwd = context.files.list(resolve(context, rest[0] ?? '/home/user')).path;
        return 0;
      });
    case 'mkdir':
      return report(context, 'mkdir', () => {
        for (const path of rest.filter((word) => word !== '-p')) context.files.makeDirectory(resolve(context, path));
        return 0;
      });
    case 'rm':
      return report(context, 'rm', () => {
        const recursive = rest.some((word) => /^-\w*r/.test(word));
        for (const path of rest.filter((word) => !word.startsWith('-')))
          context.files.remove(resolve(context, path), recursive);
        return 0;
      });
    case 'ln':
      return report(context, 'ln', () => {
        const [target = '', path = ''] = rest.filter((word) => word !== '-s');
        context.files.makeSymlink(resolve(context, path), target);
        return 0;
      });
    case 'serve':
      await context.serve(Number(rest[0] ?? 8000), rest.slice(1).join(' ') || 'hello from the sandbox');
      return 0;
    default:
      context.write('stderr', `bash: ${name}: command not found\n`);
      return 127;
  }
}

function report(context: ShellContext, name: string, run: () => number): number {
  try {
    return run();
  } catch (error) {
    context.write('stderr', `${name}: ${(error as Error).message}\n`);
    return 1;
  }
}

function resolve(context: ShellContext, path: string): string {
  return path.startsWith('/') ? path : `${context.cwd}/${path}`;
}

function printf([format = '', ...values]: string[]): string {
  const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', e: '\u001b', '\\': '\\', '0': '\0' };
  return format
    .replace(/\\x([0-9a-f]{2})|\\([ntre\\0])/gi, (_, hex: string | undefined, letter: string) =>
      hex ? String.fromCharCode(Number.parseInt(hex, 16)) : escapes[letter]!,
    )
    .replace(/%[sd]/g, () => values.shift() ?? '');
}

/** Commands and the operators between them; quotes protect operators. */
function splitScript(script: string): string[] {
  return (script.match(/(?:'[^']*'|"[^"]*"|\\.|&(?!&)|\|(?!\|)|[^;&|\n'"\\])+|;|\n|&&|\|\|/g) ?? [])
    .map((part) => (part === '\n' ? ';' : part.trim()))
    .filter((part) => part !== '');
}

function parseWords(
  text: string,
  environment: Record<string, string>,
  code: number,
): { words: string[]; target?: string } {
  const words: string[] = [];
  const expand = (part: string) =>
    part.replace(/\$(\w+|\?)/g, (_, name: string) => (name === '?' ? String(code) : (environment[name] ?? '')));
  for (const [word] of text.matchAll(/(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\>])+|>/g)) {
    const plain = word.replace(/'([^']*)'|"([^"]*)"|\\(.)|([^'"\\]+)/g, (_, single, double, escaped, bare) =>
      single !== undefined ? single : double !== undefined ? expand(double) : (escaped ?? expand(bare)),
    );
    words.push(plain);
  }
  const at = words.lastIndexOf('>');
  return at < 0 ? { words } : { words: words.slice(0, at), target: words[at + 1] ?? '' };
}
