/** A request as a person edited it: what the record shows of it can be changed, everything else goes out as it came. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Turn, withoutPictures } from './conversation.ts';
import { type Fields, fields, items } from './reply.ts';

const Edited = z.looseObject({
  model: z.string().min(1).max(200).optional(),
  system: z.unknown().optional(),
  added: z
    .array(z.looseObject({ role: z.string().max(40).optional() }))
    .max(10_000)
    .optional(),
});

/** For the gate: which arguments a model's request may be edited to. */
export const editedSchema = { parse: (value: unknown): Fields => Edited.parse(value) };

/**
 * The body to send: the same bytes when nothing was changed. A message that was left as the record shows it goes out with its
 * pictures, which the record leaves out.
 */
export function bodyOf(body: Buffer, asked: Fields, given: Fields, turn: Turn | null): Buffer {
  if (turn === null || isDeepStrictEqual(asked, given)) return body;
  const request = fields(JSON.parse(body.toString('utf8')));
  const name = request['messages'] === undefined ? 'input' : 'messages';
  const before = items(typeof request[name] === 'string' ? [{ role: 'user', content: request[name] }] : request[name]);
  const shown = before.slice(turn.from).map(withoutPictures);
  const added = items(given['added']).map((message, at) =>
    isDeepStrictEqual(message, shown[at]) ? before[turn.from + at] : message,
  );
  const system = request['system'] === undefined ? 'instructions' : 'system';
  return Buffer.from(
    JSON.stringify({
      ...request,
      ...(given['model'] === undefined ? {} : { model: given['model'] }),
      ...(given['system'] === undefined ? {} : { [system]: given['system'] }),
      [name]: [...before.slice(0, turn.from), ...added],
    }),
  );
}
