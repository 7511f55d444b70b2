import { Sandbox as CodeSandbox } from '@e2b/code-interpreter';
import type { SandboxId } from '@sandglass/protocol';
import { NotFoundError, SandboxError } from 'e2b';
import { expect } from 'vitest';
import { person } from '../../../sandboxes/testWorld.ts';
import type { Tools } from './case.ts';
import { group } from './case.ts';

const { works, differs, absent } = group('@e2b/code-interpreter');

let made: Promise<CodeSandbox> | undefined;
/** One for all of them; it goes away with its world. */
const open = ({ world }: Tools): Promise<CodeSandbox> => {
  made ??= CodeSandbox.create({ ...world.options, envs: { SANDBOX_WIDE: 'yes' }, timeoutMs: 3_600_000 });
  return made;
};
const on = (run: (sandbox: CodeSandbox, tools: Tools) => Promise<void>) => async (tools: Tools) => {
  // Of an image that was not built here there is nothing to try.
  if (tools.hasCode) await run(await open(tools), tools);
};
const idOf = ({ sandboxId }: CodeSandbox) => `sbx_${sandboxId}` as SandboxId;

export const codeCases = [
  works(
    'runCode',
    on(async (sandbox) => {
      const first = await sandbox.runCode('x = 20\nx + 1');
      expect([first.text, first.error, first.results[0]?.isMainResult]).toEqual(['21', undefined, true]);
      const second = await sandbox.runCode('x * 2.1');
      expect([second.text, second.executionCount]).toEqual(['42.0', first.executionCount! + 1]);
    }),
  ),
  works(
    'runCode, onStdout, onStderr, onResult, onError',
    on(async (sandbox) => {
      const heard: string[] = [];
      const { logs } = await sandbox.runCode(
        'import sys\nprint("out ü")\nprint("err", file=sys.stderr)\nfrom IPython.display import display, Markdown\ndisplay(Markdown("**bold**"))\n1/0',
        {
          onStdout: ({ line }) => void heard.push(`out:${line}`),
          onStderr: ({ line }) => void heard.push(`err:${line}`),
          onResult: ({ markdown }) => void heard.push(`result:${markdown}`),
          onError: ({ name }) => void heard.push(`error:${name}`),
        },
      );
      expect(logs).toEqual({ stdout: ['out ü\n'], stderr: ['err\n'] });
      expect(heard.toSorted()).toEqual(['err:err\n', 'error:ZeroDivisionError', 'out:out ü\n', 'result:**bold**']);
    }),
  ),
  works(
    'runCode, errors',
    on(async (sandbox) => {
      const { error, results } = await sandbox.runCode('def f():\n    return nothing\nf()');
      expect(error).toMatchObject({ name: 'NameError', value: "name 'nothing' is not defined" });
      expect(error!.traceback).toContain('NameError');
      expect(results).toEqual([]);
      expect((await sandbox.runCode('def (')).error?.name).toBe('SyntaxError');
      // The kernel goes on.
      expect((await sandbox.runCode('"still here"')).text).toBe('still here');
    }),
  ),
  works(
    'results: text, html, png, json',
    on(async (sandbox) => {
      const frame = await sandbox.runCode('import pandas as pd\npd.DataFrame({"a": [1, 2], "b": [0.5, float("nan")]})');
      expect(frame.results[0]!.html).toContain('<table');
      expect(frame.results[0]!.data).toEqual({ a: [1, 2], b: [0.5, null] });
      const plot = await sandbox.runCode('import matplotlib.pyplot as plt\nplt.plot([1, 4, 9])\nplt.title("squares")');
      const png = plot.results.find((one) => one.png)!;
      expect(Buffer.from(png.png!, 'base64').subarray(1, 4).toString()).toBe('PNG');
      expect(png.formats()).toContain('png');
      const shown = await sandbox.runCode('from IPython.display import JSON\nJSON({"deep": [1, {"x": "y"}]})');
      expect(shown.results[0]!.json).toEqual({ deep: [1, { x: 'y' }] });
    }),
  ),
  absent(
    'results: chart',
    'a plot is its picture; what is drawn in it is not read out',
    on(async (sandbox) => {
      const { results } = await sandbox.runCode('import matplotlib.pyplot as plt\nplt.bar(["a"], [1])');
      expect(results.some((one) => one.png)).toBe(true);
      expect(results.some((one) => one.chart)).toBe(false);
    }),
  ),
  works(
    'runCode, envs',
    on(async (sandbox) => {
      const read = 'import os\nprint(os.environ.get("ONCE"), os.environ.get("SANDBOX_WIDE"))';
      expect((await sandbox.runCode(read, { envs: { ONCE: 'now' } })).logs.stdout).toEqual(['now yes\n']);
      expect((await sandbox.runCode(read)).logs.stdout).toEqual(['None yes\n']);
    }),
  ),
  differs(
    'runCode, timeoutMs',
    'the client gives up, the code goes on as with the vendor; restartCodeContext ends it',
    on(async (sandbox) => {
      const context = await sandbox.createCodeContext();
      const late = sandbox.runCode('import time\ntime.sleep(1000)', { context, timeoutMs: 500 });
      await expect(late).rejects.toMatchObject({ name: 'TimeoutError' });
      await sandbox.restartCodeContext(context);
      expect((await sandbox.runCode('1', { context })).text).toBe('1');
      await sandbox.removeCodeContext(context);
    }),
  ),
  differs(
    'runCode, language',
    'Python only; another language is refused with SandboxError (501)',
    on(async (sandbox) => {
      expect((await sandbox.runCode('3', { language: 'python' })).text).toBe('3');
      const other = sandbox.runCode('console.log(1)', { language: 'javascript' });
      await expect(other).rejects.toThrow(/501 Code in javascript is not run here/);
      await expect(sandbox.createCodeContext({ language: 'r' })).rejects.toBeInstanceOf(SandboxError);
    }),
  ),
  works(
    'createCodeContext, listCodeContexts, restartCodeContext, removeCodeContext',
    on(async (sandbox) => {
      const context = await sandbox.createCodeContext({ cwd: '/tmp' });
      expect(context).toMatchObject({ language: 'python', cwd: '/tmp' });
      await sandbox.runCode('mine = 7', { context });
      expect((await sandbox.runCode('import os\nos.getcwd(), mine', { context })).text).toBe("('/tmp', 7)");
      expect((await sandbox.runCode('mine')).error?.name).toBe('NameError');
      expect((await sandbox.listCodeContexts()).map(({ id }) => id)).toContain(context.id);
      await sandbox.restartCodeContext(context.id);
      expect((await sandbox.runCode('mine', { context })).error?.name).toBe('NameError');
      await sandbox.removeCodeContext(context);
      expect((await sandbox.listCodeContexts()).map(({ id }) => id)).not.toContain(context.id);
      await expect(sandbox.runCode('1', { context })).rejects.toBeInstanceOf(NotFoundError);
      await expect(sandbox.removeCodeContext(context)).rejects.toBeInstanceOf(NotFoundError);
      await expect(sandbox.createCodeContext({ cwd: '/nowhere' })).rejects.toThrow(/no such working directory/);
    }),
  ),
  works(
    'a kernel that dies is started anew',
    on(async (sandbox) => {
      const context = await sandbox.createCodeContext();
      const { error } = await sandbox.runCode('import os\nos._exit(3)', { context });
      expect(error?.name).toBe('KernelDied');
      expect((await sandbox.runCode('"again"', { context })).text).toBe('again');
      await sandbox.removeCodeContext(context);
    }),
  ),
  differs(
    'runCode that a person holds, edits, answers, rejects',
    'output is told as it comes, results when the call has ended; a rejection is an execution error with its reason',
    on(async (sandbox, { world }) => {
      const { gate } = world.rooms.services;
      const id = idOf(sandbox);
      const decide = async (decision: Parameters<typeof gate.decide>[3]) => {
        const call = await new Promise<{ call: Parameters<typeof gate.decide>[2]; summary: string }>((resolve) => {
          const look = () => {
            const [first] = gate.get(id).held;
            if (!first) return;
            stop();
            resolve(first);
          };
          const stop = gate.onChange(id, look);
          look();
        });
        await gate.decide(person, id, call.call, decision);
        return call.summary;
      };
      await gate.pause(person, id, {});
      const edited = sandbox.runCode('"agent"');
      expect(await decide({ kind: 'edit', arguments: { code: '"person"' } })).toContain('"agent"');
      expect((await edited).text).toBe('person');
      const answered = sandbox.runCode('launch()');
      await decide({ kind: 'answer', result: { text: 'launched', stdout: 'not really\n' } });
      expect(await answered).toMatchObject({ text: 'launched', logs: { stdout: ['not really\n'] } });
      const refused = sandbox.runCode('launch()');
      await decide({ kind: 'reject', reason: 'Not today.' });
      expect((await refused).error).toMatchObject({ name: 'Rejected', value: 'Not today.' });
      await gate.continue(person, id);
      const asked = world.rooms.services.sandboxes.log(id).eventsOf(['call.asked'], 1, 1_000);
      expect(asked.some(({ data }) => 'name' in data && data.name === 'code.run')).toBe(true);
    }),
  ),
];
