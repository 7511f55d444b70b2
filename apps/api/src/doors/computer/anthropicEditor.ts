/** Anthropic's text editor, all versions: view, create, str_replace, insert, undo_edit. */
import { AppError } from '@sandglass/protocol';
import { z } from 'zod';
import type { Asking } from '../acts/asking.ts';
import type { Desk } from '../acts/desk.ts';
import { cutMiddle, numberedRange } from '../acts/words.ts';
import { parse } from './parse.ts';

const Text = z.string().max(1_048_576);
const Input = z.looseObject({
  command: z.string().max(100),
  path: z
    .string()
    .min(1)
    .max(4096)
    .refine((path) => !path.includes('\0'), 'must not hold NUL'),
  view_range: z.array(z.number().int()).length(2).nullish(),
  file_text: Text.nullish(),
  old_str: Text.nullish(),
  new_str: Text.nullish(),
  insert_line: z.number().int().nullish(),
  insert_text: Text.nullish(),
});

/** Where the tool declares nothing: more would be the whole of what a model can read. */
const MAX_VIEWED = 100_000;

export async function runEditor(
  input: Record<string, unknown>,
  { files }: Desk,
  { asking, maxCharacters }: { readonly asking: Asking; readonly maxCharacters: number | null },
): Promise<string> {
  const given = parse(Input, input);
  const { command, path } = given;
  switch (command) {
    case 'view': {
      if (await files.isDirectory(path)) {
        if (given.view_range) throw new AppError('badRequest', `${path} is a folder: view_range is for files.`);
        return (await listTwice(path, files, asking)).join('\n');
      }
      const { text } = await files.read(path, asking);
      return cutMiddle(numberedRange(text, given.view_range ?? undefined), maxCharacters ?? MAX_VIEWED);
    }
    case 'create': {
      if (given.file_text == null) throw new AppError('badRequest', 'create needs file_text.');
      const { entry, created } = await files.write(path, given.file_text, asking);
      return `${created ? 'Created' : 'Replaced'} ${entry.path}, ${entry.sizeBytes} bytes.`;
    }
    case 'str_replace': {
      if (given.old_str == null) throw new AppError('badRequest', 'str_replace needs old_str.');
      return await files.replace(path, { old: given.old_str, new: given.new_str ?? '' }, asking);
    }
    case 'insert': {
      const words = given.insert_text ?? given.new_str;
      if (given.insert_line == null || words == null)
        throw new AppError('badRequest', 'insert needs insert_line and insert_text (in older versions new_str).');
      return await files.insert(path, given.insert_line, words, asking);
    }
    case 'undo_edit':
      return await files.undo(path, asking);
    default:
      throw new AppError(
        'badRequest',
        `There is no command “${command}”. Those there are: view, create, str_replace, insert, undo_edit.`,
      );
  }
}

/** Two levels deep, without what is hidden, as their own tool does. */
async function listTwice(path: string, files: Desk['files'], asking: Asking): Promise<string[]> {
  const lines: string[] = [];
  for (const entry of await files.list(path, asking)) {
    if (entry.name.startsWith('.')) continue;
    lines.push(entry.kind === 'directory' ? `${entry.path}/` : entry.path);
    if (entry.kind !== 'directory' || entry.name === 'node_modules' || lines.length > 1000) continue;
    for (const inner of await files.listQuietly(entry.path))
      if (!inner.name.startsWith('.')) lines.push(inner.kind === 'directory' ? `${inner.path}/` : inner.path);
  }
  return lines.length === 0 ? ['The folder is empty.'] : lines;
}
