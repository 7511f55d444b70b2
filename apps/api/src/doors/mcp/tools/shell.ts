import { z } from 'zod';
import { cutMiddle, numberedRange, outputOf } from '../../acts/words.ts';
import { defineTool, picture, type Tool, text } from '../tool.ts';

const Path = z
  .string()
  .min(1)
  .max(4096)
  .refine((path) => !path.includes('\0'), 'must not hold NUL')
  .describe('absolute, or from /home/user');
const MAX_TEXT = 1_048_576;
const MAX_PICTURE_BYTES = 4_194_304;
const pictures: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
};

export const shellTools: readonly Tool[] = [
  defineTool({
    name: 'bash',
    title: 'Run a command',
    description:
      'Run a command in a shell of the sandbox and get its output and exit code. The shell keeps its directory, variables, functions and aliases from call to call. Start servers and what else runs long in the background, with their output sent to a file. Programs that ask questions need terminal_open.',
    input: {
      command: z.string().min(1).max(131_072),
      timeoutSeconds: z.number().min(1).max(86_400).default(120).describe('then it is ended'),
      restart: z.boolean().optional().describe('begin with a fresh shell'),
    },
    effect: 'destroys',
    openWorld: true,
    run: async ({ command, timeoutSeconds, restart }, call) => {
      const { shell } = await call.desk();
      if (restart) shell.restart();
      const exec = await shell.run(command, { ...call.asking, timeoutMs: Math.round(timeoutSeconds * 1000) });
      return outputOf(exec).text;
    },
  }),
  defineTool({
    name: 'read_file',
    title: 'Read a file',
    description: 'A text file with its line numbers, or a picture (png, jpeg, gif, webp).',
    input: {
      path: Path,
      firstLine: z.number().int().min(1).optional(),
      lastLine: z.number().int().min(1).optional(),
    },
    effect: 'reads',
    run: async ({ path, firstLine, lastLine }, call) => {
      const { files } = await call.desk();
      const mimeType = pictures[path.split('.').at(-1)?.toLowerCase() ?? ''];
      if (mimeType) {
        const bytes = await files.readBytes(path, MAX_PICTURE_BYTES, call.asking);
        return [{ ...picture(bytes), mimeType } as ReturnType<typeof picture>];
      }
      const { text: content } = await files.read(path, call.asking);
      const range = firstLine === undefined && lastLine === undefined ? undefined : [firstLine ?? 1, lastLine ?? -1];
      return [text(cutMiddle(numberedRange(content, range), 100_000))];
    },
  }),
  defineTool({
    name: 'write_file',
    title: 'Write a file',
    description: 'Write a whole text file; folders that lack are made, what was there is replaced.',
    input: { path: Path, content: z.string().max(MAX_TEXT) },
    effect: 'destroys',
    idempotent: true,
    run: async ({ path, content }, call) => {
      const { entry, created } = await (await call.desk()).files.write(path, content, call.asking);
      return `${created ? 'Created' : 'Replaced'} ${entry.path}, ${entry.sizeBytes} bytes.`;
    },
  }),
  defineTool({
    name: 'edit_file',
    title: 'Edit a file',
    description:
      'Replace a piece of a text file. The old text must be there letter for letter, and once (or say all). Fails when somebody changed the file meanwhile.',
    input: {
      path: Path,
      oldText: z.string().min(1).max(MAX_TEXT),
      newText: z.string().max(MAX_TEXT),
      all: z.boolean().default(false),
    },
    effect: 'destroys',
    run: async ({ path, oldText, newText, all }, call) =>
      await (await call.desk()).files.replace(path, { old: oldText, new: newText, all }, call.asking),
  }),
  defineTool({
    name: 'list_files',
    title: 'List a folder',
    description: 'The names in a folder with their sizes; folders end with a slash.',
    input: { path: Path.default('/home/user') },
    effect: 'reads',
    run: async ({ path }, call) => {
      const items = await (await call.desk()).files.list(path, call.asking);
      if (items.length === 0) return 'The folder is empty.';
      return items
        .map(({ name, kind, sizeBytes, target }) =>
          kind === 'directory'
            ? `${name}/`
            : kind === 'symlink'
              ? `${name} → ${target}`
              : `${name}  ${sizeBytes} bytes`,
        )
        .join('\n');
    },
  }),
];
